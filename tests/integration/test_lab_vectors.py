"""A run that searches by meaning as well: with the endpoint, without it, and with few vectors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tests.unit.retrieval.test_dense import embed
from tests.unit.retrieval.test_retriever import document
from virtual_lab.bootstrap.lab import open_lab
from virtual_lab.bootstrap.library import open_vectors
from virtual_lab.domain import Question, Report
from virtual_lab.jobs.embedding_backfill import embed_library
from virtual_lab.lab.online_search import SearchOutcome
from virtual_lab.library.embeddings.backfill import missing_vector_counts
from virtual_lab.library.ephemeral import docs_collection, run_collection
from virtual_lab.library.sqlite.index import Index
from virtual_lab.settings import Settings
from virtual_lab.testing import ModelServer, RequestKind, Rule, ServerFault

TOPIC = "Which tests of genotoxicity does a novel food need?"
PAGES = (
    "Genotoxicity of a novel food is tested in bacteria and in cells.",
    "A novel food needs two tests of genotoxicity before it is sold.",
    "The tests are described in the guidance on novel foods of the authority.",
)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path, server: ModelServer) -> Settings:
    """A library whose passages all have vectors."""
    settings = Settings(
        _env_file=None,
        data_dir=tmp_path,
        model="none",
        embeddings="hashed",
        embeddings_url=server.base_url,
    )
    with closing(Index(settings.library_path)) as index:
        index.add(document("Guidance", *enumerate(PAGES, 1)), "default")
        embed(settings, index)
    return settings


def research(settings: Settings, topic: str = TOPIC, **options: Any) -> Report:
    async def run() -> Report:
        question = Question(topic=topic, rounds=1, **options)
        async with open_lab(settings, question) as lab:
            return await lab.research(question)

    return asyncio.run(run())


def test_nothing_is_said_where_all_was_searched(settings: Settings) -> None:
    report = research(settings)
    assert report.coverage.sources_failed == ()
    assert report.findings()


def test_the_run_goes_on_by_words_and_says_so(settings: Settings, server: ModelServer) -> None:
    server.lay(Rule(ServerFault.UNAUTHORISED, RequestKind.EMBEDDINGS, times=None))
    report = research(settings)
    assert report.findings()
    [line] = report.coverage.sources_failed
    assert line.startswith("Searched by words alone, without vectors: ")
    assert "401" in line
    assert len(server.struck) == 1


def test_what_was_just_added_has_vectors(settings: Settings, server: ModelServer) -> None:
    with closing(Index(settings.library_path)) as index, closing(open_vectors(settings)) as store:
        index.add(document("Later", (1, "A test of genotoxicity came later.")), "default")
        with store.turn():  # another process is about to do it
            [line] = research(settings).coverage.sources_failed
    assert "in 3 of 4 passages" in line
    assert research(settings).coverage.sources_failed == ()
    sent = [text for served in server.served for text in served.body["input"]]
    assert sent.count("Later\nA test of genotoxicity came later.") == 1


def test_how_many_passages_have_a_vector(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("virtual_lab.retrieval.dense._MOST_LIBRARY_PASSAGES", 0)
    with closing(Index(settings.library_path)) as index:
        index.add(document("Later", (1, "A test of genotoxicity came later.")), "default")
    [line] = research(settings, "신규식품의 유전독성 시험").coverage.sources_failed
    assert "구절 4개 중 3개만" in line


class Shelf:
    """Finds one paper."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def search(self, queries: Sequence[str], limit: int, collection: str) -> SearchOutcome:
        paper = document("Paper", (1, "Tests of genotoxicity in cells of a novel food."))
        with closing(Index(self._settings.library_path)) as index:
            index.add(paper, collection)
        return SearchOutcome(1)


@pytest.fixture
def online(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    @asynccontextmanager
    async def open_indexing_search(*_: object) -> AsyncIterator[Shelf]:
        yield Shelf(settings)

    monkeypatch.setattr(
        "virtual_lab.lab.indexing_search.open_indexing_search", open_indexing_search
    )


def test_what_a_run_finds_online_has_vectors(
    settings: Settings, online: None, server: ModelServer
) -> None:
    report = research(settings, sources=("arxiv",))
    assert report.coverage.sources_failed == ()
    sent = [text for served in server.served for text in served.body["input"]]
    assert sent.count("Paper\nTests of genotoxicity in cells of a novel food.") == 1


def test_an_endpoint_that_is_away_does_not_hold_up_what_was_found(
    settings: Settings, online: None, server: ModelServer
) -> None:
    server.lay(Rule(ServerFault.UNAUTHORISED, RequestKind.EMBEDDINGS, times=None))
    report = research(settings, sources=("arxiv",))
    assert report.findings()
    assert report.coverage.sources_failed[0].startswith("Searched by words alone")
    assert len(server.struck) == 1


def test_folders_that_a_question_names_have_vectors(settings: Settings, tmp_path: Path) -> None:
    folder = docs_collection(tmp_path)
    with closing(Index(settings.library_path)) as index:
        index.add(document("Later", (1, "A test of genotoxicity came later.")), folder)
    assert research(settings, collections=(folder,)).coverage.sources_failed == ()


def test_a_service_embeds_what_was_uploaded(settings: Settings, server: ModelServer) -> None:
    with closing(Index(settings.library_path)) as index, closing(open_vectors(settings)) as store:
        later = document("Later", (1, "A test of genotoxicity came later."))
        index.add(later, "default")
        index.add(document("Found", (1, "In passing.")), run_collection("r"))
        embed_library(settings, Event())
        assert later.source_id in store.counts("hashed")
        assert missing_vector_counts(index, store, "hashed") == {}
        served = len(server.served)
        index.remove(later.source_id, "default")
        with store.turn():
            embed_library(settings, Event())
        assert later.source_id in store.counts("hashed")
        embed_library(settings, Event())
        assert later.source_id not in store.counts("hashed")
        assert len(server.served) == served


def test_a_wrong_key_is_in_no_report(settings: Settings, server: ModelServer) -> None:
    server.lay(Rule(ServerFault.UNAUTHORISED, RequestKind.EMBEDDINGS, times=None))
    secret = settings.model_validate({**settings.model_dump(), "embeddings_api_key": "sk-secret"})
    assert "sk-secret" not in research(secret).model_dump_json()
