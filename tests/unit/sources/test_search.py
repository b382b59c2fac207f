"""Gathering: all providers side by side, merged, judged, and put into the index."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from virtual_lab.domain import Source, SourceType, Tier
from virtual_lab.errors import FetchError, UnreachableHostError
from virtual_lab.library.sqlite.index import Index
from virtual_lab.retrieval.retriever import Retriever
from virtual_lab.settings import Settings
from virtual_lab.sources.identity import with_id
from virtual_lab.sources.markup import abstract
from virtual_lab.sources.policy import Policy
from virtual_lab.sources.provider import SourceRecord, make_record
from virtual_lab.sources.provider_session import ProviderFailure
from virtual_lab.sources.registry import not_set
from virtual_lab.sources.search import (
    ProviderSearch,
    SearchResult,
    add_to_index,
    open_provider_search,
)
from virtual_lab.text.glossary import load_glossary

ABSTRACT = "The allergenicity of {} was assessed in a weight of evidence approach by the panel."


def work(name: str, text: bool = True, **fields: Any) -> SourceRecord:
    values = {"id": "", "title": f"The safety of {name} as a novel food", "doi": f"10.1/{name}"}
    source = Source.model_validate(values | fields)
    return make_record(with_id(source), abstract(ABSTRACT.format(name) * text, source.title))


class Shelf:
    """A connector that holds some works and gives them whatever the query."""

    languages: frozenset[str] = frozenset()

    def __init__(self, name: str, *works: SourceRecord, error: FetchError | None = None) -> None:
        self.name = name
        self._works = works
        self._error = error

    async def search(self, query: str, limit: int) -> list[SourceRecord]:
        if self._error:
            raise self._error
        return list(self._works)[:limit]


class Copies:
    """Stands in for the reader of full texts: knows some, and counts what it is asked for."""

    def __init__(self, wait: float = 0, **texts: str) -> None:
        self._wait = wait
        self._texts = texts
        self.asked: list[str] = []

    async def complete(self, record: SourceRecord) -> SourceRecord | None:
        name = (record.source.doi or record.source.title).rpartition("/")[2]
        self.asked.append(name)
        await asyncio.sleep(self._wait)
        if name == "broken":
            raise FetchError("gone")
        if name not in self._texts:
            return None
        source = record.source.model_copy(update={"id": f"full-{name}"})
        return make_record(source, abstract(self._texts[name], source.title))


def gather(retriever: ProviderSearch, *, times: int = 1, limit: int = 20) -> list[SearchResult]:
    async def run() -> list[SearchResult]:
        return [await retriever.search(["novel food"], limit) for _ in range(times)]

    return asyncio.run(run())


def test_what_several_providers_find_is_one_list() -> None:
    retriever = ProviderSearch(
        [
            Shelf("a", work("soy", providers=("a",)), work("pea", providers=("a",))),
            Shelf("b", work("pea", providers=("b",), type=SourceType.REVIEW)),
            Shelf("c", error=UnreachableHostError("c.org")),
        ],
        failures=[ProviderFailure("tavily", not_set("TAVILY_API_KEY"))],
    )
    (gathered,) = gather(retriever)
    assert [source.doi for source in gathered.sources] == ["10.1/pea", "10.1/soy"]
    assert gathered.sources[0].providers == ("a", "b")
    assert [source.tier for source in gathered.sources] == [Tier.REVIEWED, Tier.OTHER]
    assert [str(failure) for failure in gathered.failures] == [
        "tavily: TAVILY_API_KEY is not set",
        "c: The host cannot be reached: c.org",
    ]
    assert gathered.as_of.endswith("+00:00")
    assert {p.source_id for p in gathered.passages} == {s.id for s in gathered.sources}


def test_no_word_of_a_failure_is_in_what_an_agent_reads() -> None:
    retriever = ProviderSearch([Shelf("a", work("soy")), Shelf("b", error=FetchError("zzz"))])
    (gathered,) = gather(retriever)
    assert "zzz" not in "".join(p.text for p in gathered.passages)
    assert "zzz" in str(gathered.failures[0])


def test_what_the_policy_refuses_is_excluded_with_its_reason() -> None:
    policy = Policy.model_validate({"since": "2015"})
    retriever = ProviderSearch(
        [Shelf("a", work("soy", retracted=True), work("pea", published="2001"), work("oat"))],
        policy=policy,
    )
    (gathered,) = gather(retriever)
    assert [source.doi for source in gathered.sources] == ["10.1/oat"]
    assert [(e.source.doi, e.reason.text()) for e in gathered.excluded] == [
        ("10.1/soy", "it was retracted"),
        ("10.1/pea", "it is older than 2015"),
    ]


def test_no_more_than_the_limit_is_given() -> None:
    shelves = [Shelf(name, *(work(f"{name}{n}") for n in range(4))) for name in "ab"]
    (gathered,) = gather(ProviderSearch(shelves), limit=3)
    assert [source.doi for source in gathered.sources] == ["10.1/a0", "10.1/b0", "10.1/a1"]


def test_pages_without_text_are_read_first_and_a_missing_copy_leaves_the_abstract() -> None:
    copies = Copies(pea="The full text of the paper on pea protein, which is rather long. " * 3)
    retriever = ProviderSearch(
        [Shelf("a", work("soy"), work("broken"), work("pea", text=False), work("oat"))],
        copies,  # type: ignore[arg-type]
        full_texts=3,
    )
    first, second = gather(retriever, times=2)
    assert copies.asked == ["pea", "soy", "broken"]
    ids = {source.doi: source.id for source in first.sources}
    assert ids["10.1/pea"] == "full-pea"
    assert ids["10.1/broken"] == work("broken").source.id
    assert second.found == first.found  # in a later round a work is what it was


def test_works_without_anything_to_read_come_last() -> None:
    shelf = Shelf("a", work("soy", text=False), work("pea"), work("oat", text=False,
                  open_access_url="https://example.org/oat.pdf"))  # fmt: skip
    (gathered,) = gather(ProviderSearch([shelf]), limit=20)
    assert [source.doi for source in gathered.sources] == ["10.1/pea", "10.1/oat", "10.1/soy"]


def test_colleagues_share_the_reading_of_a_work() -> None:
    copies = Copies(wait=0.05, soy="The full text of the paper on soy, which is rather long. " * 3)
    retriever = ProviderSearch([Shelf("a", work("soy"))], copies)  # type: ignore[arg-type]

    async def run() -> list[SearchResult]:
        return await asyncio.gather(*(retriever.search([q]) for q in ("soy", "bean", "pea")))

    results = asyncio.run(run())
    assert copies.asked == ["soy"]
    assert {source.id for gathered in results for source in gathered.sources} == {"full-soy"}


def test_an_error_of_ours_in_reading_leaves_the_abstract(caplog: pytest.LogCaptureFixture) -> None:
    class Faulty(Copies):
        async def complete(self, record: SourceRecord) -> SourceRecord | None:
            raise KeyError("oops")

    retriever = ProviderSearch([Shelf("a", work("soy"))], Faulty())  # type: ignore[arg-type]
    (gathered,) = gather(retriever)
    assert gathered.sources[0].id == work("soy").source.id
    assert "reading the full text" in caplog.text


def test_copies_that_do_not_come_in_time_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("virtual_lab.sources.search._FULL_TEXT_DEADLINE_S", 0.05)
    copies = Copies(wait=30, soy="never")
    (gathered,) = gather(ProviderSearch([Shelf("a", work("soy"))], copies))  # type: ignore[arg-type]
    assert gathered.sources[0].id == work("soy").source.id


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    opened = Index(tmp_path / "library.sqlite3")
    yield opened
    opened.close()


def test_what_was_gathered_is_found_and_opened_like_local_documents(index: Index) -> None:
    (gathered,) = gather(ProviderSearch([Shelf("a", work("soy"), work("pea", text=False))]))
    for _ in range(2):
        add_to_index(index, gathered)
    assert index.collections() == {"online": 1}
    (hit,) = Retriever(index, load_glossary(), ["online"]).search(["allergenicity of soy"], 5)
    assert hit.passage == gathered.passages[0]
    assert index.passage(hit.passage.id).text == ABSTRACT.format("soy")
    assert index.source(hit.passage.source_id) == gathered.sources[0]


def test_without_a_network_the_gathering_ends_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TAVILY_API_KEY", raising=False)
    monkeypatch.delenv("SEARXNG_URL", raising=False)

    def no_network(*args: object, **options: object) -> object:
        raise OSError("no network")

    monkeypatch.setattr("socket.getaddrinfo", no_network)

    async def run() -> SearchResult:
        settings = Settings(_env_file=None, data_dir=tmp_path, sources="all")
        urls = ["https://www.efsa.europa.eu/a", "http://127.0.0.1/admin"]
        async with open_provider_search(settings, urls=urls) as retriever:
            return await retriever.search(["genome editing", "유전자 편집"])

    gathered = asyncio.run(run())
    assert gathered.found == ()
    lines = [str(failure) for failure in gathered.failures]
    assert len(lines) == 8
    assert lines[0] == ("www.efsa.europa.eu/a: The host cannot be reached: www.efsa.europa.eu")
    assert lines[1].startswith("127.0.0.1/admin: The address is not one of the public web")
    assert all("The host cannot be reached" in line for line in lines[2:])
