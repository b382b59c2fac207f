"""A run over two replayed providers and the local library, while a third provider fails."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from tests.replay import HOST, ReplayServer, Reply, arxiv_feed, cassette
from virtual_lab.domain import Question, Report, Source, SourceKind
from virtual_lab.evidence.asking import Failure
from virtual_lab.evidence.connectors.arxiv import Arxiv
from virtual_lab.evidence.connectors.configured import Desk
from virtual_lab.evidence.connectors.connector import Connector
from virtual_lab.evidence.connectors.crossref import Crossref
from virtual_lab.evidence.connectors.europepmc import EuropePMC
from virtual_lab.evidence.fetching import AddressRules, Fetcher
from virtual_lab.evidence.index import Index
from virtual_lab.evidence.passing import forget_run, run_collection
from virtual_lab.evidence.readers.markdown import markdown_document
from virtual_lab.lab.opening import open_lab
from virtual_lab.settings import Settings

HOSTS = ("epmc.example", "crossref.example", "arxiv.example")
QUESTION = Question(
    topic="How can awareness of bowel cancer screening be raised in remote communities?",
    sources=("europepmc", "crossref", "arxiv"),
)
LOCAL = """# Bowel cancer screening in remote communities

## Nurses

Awareness of bowel cancer screening can be raised in remote communities by a nurse whom they know.

## Radio

Local radio raised the awareness of bowel cancer screening in two remote communities within a year.

## Schools

Pupils raised the awareness of bowel cancer screening among their parents in remote communities.
"""


@pytest.fixture
def server(shared_data: Path) -> Iterator[ReplayServer]:
    payloads = shared_data / "payloads"
    with ReplayServer() as running:
        core = json.loads((payloads / "europepmc" / "search_cancer_core.json").read_text())
        running.on_json("/epmc/search", core)
        searched = cassette(payloads / "crossref" / "test_works_field_queries.yaml")[0][1]
        running.on("/crossref/works", searched)
        feed = arxiv_feed(payloads / "arxiv" / "q_testing_s0_m10_bc5a6c384fe9.json")
        running.on("/arxiv", Reply(feed, cut=len(feed) // 2))
        yield running


@pytest.fixture
def settings(server: ReplayServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A library with one document; the providers are on this machine."""

    async def resolver(host: str, port: int) -> list[str]:
        if host not in HOSTS:
            raise OSError("no network")
        return [HOST]

    def open_fetcher(settings: Settings) -> Fetcher:
        rules = AddressRules((host, server.port) for host in HOSTS)
        return Fetcher(rules=rules, cache=settings.data_dir / "web.sqlite3", resolver=resolver)

    async def connect(
        desk: Desk, sources: str | None
    ) -> tuple[Sequence[Connector], Sequence[Failure]]:
        assert sources == "europepmc,crossref,arxiv"
        epmc, crossref, arxiv = (f"http://{host}:{server.port}" for host in HOSTS)
        return [
            EuropePMC(desk.fetcher, url=f"{epmc}/epmc"),
            Crossref(desk.fetcher, "lab@example.org", f"{crossref}/crossref"),
            Arxiv(desk.fetcher, f"{arxiv}/arxiv"),
        ], []

    monkeypatch.setattr("virtual_lab.evidence.online.open_fetcher", open_fetcher)
    monkeypatch.setattr("virtual_lab.evidence.online.connect", connect)
    settings = Settings(_env_file=None, data_dir=tmp_path / "data", model="none", full_texts=0)
    index = Index(settings.library_path)
    index.add(markdown_document(LOCAL, Path("minutes.md")), "default")
    index.close()
    return settings


def research(settings: Settings, question: Question = QUESTION) -> Report:
    async def run() -> Report:
        async with open_lab(settings, question) as lab:
            return await lab.research(question, run_id="r")

    return asyncio.run(run())


def test_the_run_succeeds_and_the_failure_is_a_line(
    settings: Settings, server: ReplayServer
) -> None:
    report = research(settings)
    [line] = report.coverage.sources_failed
    assert line == "arxiv: The answer cannot be used: arxiv.example broke off"
    assert server.count("/epmc/search")
    assert server.count("/crossref/works")
    kinds = {source.kind for source in report.references}
    assert kinds == {SourceKind.DOCUMENT, SourceKind.LITERATURE}
    papers = [s for s in report.references if s.kind is SourceKind.LITERATURE]
    assert all(paper.tier and paper.gathered_at for paper in papers)


def test_quotes_of_both_kinds_stand_in_their_sources(settings: Settings) -> None:
    report = research(settings)
    index = Index(settings.library_path)
    quotes = [quote for finding in report.findings().values() for quote in finding.quotes]
    for quote in quotes:
        assert index.text(quote.source_id)[quote.start : quote.end] == quote.text
    gathered = {source.id for source in index.sources(run_collection("r"))}
    local = {source.id for source in index.sources("default")}
    index.close()
    cited = {quote.source_id for quote in quotes}
    assert cited & gathered
    assert cited & local
    assert cited <= gathered | local
    assert report.coverage.statements_verified == report.coverage.statements_made


def gathered(settings: Settings) -> list[Source]:
    """What the run put into the library."""
    with closing(Index(settings.library_path)) as index:
        return list(index.sources(run_collection("r")))


def test_a_run_says_which_sources_it_lets_in(settings: Settings) -> None:
    research(settings)
    before = gathered(settings)
    years = sorted({source.year for source in before if source.year})
    assert len(years) > 1
    newest = years[-1]
    with closing(Index(settings.library_path)) as index:
        forget_run(index, "r")
    question = QUESTION.model_copy(update={"since": str(newest)})
    report = research(settings, question)
    after = gathered(settings)
    assert after
    assert {source.year for source in after} == {newest}
    lines = "\n".join(report.coverage.sources_failed)
    assert f"it is older than {newest}: " in lines


def test_the_policy_of_the_settings_counts_as_well(settings: Settings, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('allow = ["nowhere.example"]\n')
    settings = settings.model_copy(update={"source_policy": policy})
    report = research(settings, QUESTION.model_copy(update={"allow_domains": ("doi.org",)}))
    assert not gathered(settings)
    assert "it is not on the list of what is allowed: " in "\n".join(report.coverage.sources_failed)
    assert {source.kind for source in report.references} == {SourceKind.DOCUMENT}


def test_a_repeated_run_repeats_no_answered_request(
    settings: Settings, server: ReplayServer
) -> None:
    first = research(settings)
    paths = ("/epmc/search", "/crossref/works")
    asked = {path: server.count(path) for path in paths}
    second = research(settings)
    assert all(asked.values())
    assert {path: server.count(path) for path in paths} == asked
    assert second.findings().keys() == first.findings().keys()
