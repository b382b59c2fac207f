"""A run over two replayed providers and the local library, while a third provider fails."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.replay import HOST, ReplayServer, Reply, arxiv_feed, cassette
from virtual_lab.bootstrap.lab import open_lab
from virtual_lab.documents.readers.markdown import markdown_document
from virtual_lab.domain import Question, Report, Source, SourceKind
from virtual_lab.jobs.worker.checkpoints import open_checkpoints
from virtual_lab.library.ephemeral import forget_run, run_collection
from virtual_lab.library.sqlite.index import Index
from virtual_lab.settings import Settings
from virtual_lab.sources.http import AddressRules, Fetcher
from virtual_lab.sources.provider import Provider
from virtual_lab.sources.provider_session import ProviderFailure
from virtual_lab.sources.providers.arxiv import Arxiv
from virtual_lab.sources.providers.crossref import Crossref
from virtual_lab.sources.providers.europepmc import EuropePMC
from virtual_lab.sources.registry import ProviderContext

HOSTS = ("epmc.example", "crossref.example", "arxiv.example")
QUESTION = Question(
    topic="How can awareness of bowel cancer screening be raised in remote communities?",
    sources=("europepmc", "crossref", "arxiv"),
)
BROKE_OFF = "arxiv: The answer cannot be used: arxiv.example broke off"
PATIENCE_S = 60.0
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
    ask_this_machine(server.port, monkeypatch)
    settings = settings_in(tmp_path / "data")
    index = Index(settings.library_path)
    index.add(markdown_document(LOCAL, Path("minutes.md")), "default")
    index.close()
    return settings


def settings_in(folder: Path) -> Settings:
    """The settings of the runs here, also of those in another process."""
    return Settings(_env_file=None, data_dir=folder, model="none", full_texts=0)


def ask_this_machine(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the providers be those of the replay server at ``port``."""

    async def resolver(host: str, port: int) -> list[str]:
        if host not in HOSTS:
            raise OSError("no network")
        return [HOST]

    def open_fetcher(settings: Settings) -> Fetcher:
        rules = AddressRules((host, port) for host in HOSTS)
        return Fetcher(rules=rules, cache=settings.data_dir / "web.sqlite3", resolver=resolver)

    async def connect(
        context: ProviderContext, sources: str | None
    ) -> tuple[Sequence[Provider], Sequence[ProviderFailure]]:
        assert sources == "europepmc,crossref,arxiv"
        epmc, crossref, arxiv = (f"http://{host}:{port}" for host in HOSTS)
        return [
            EuropePMC(context.fetcher, url=f"{epmc}/epmc"),
            Crossref(context.fetcher, "lab@example.org", f"{crossref}/crossref"),
            Arxiv(context.fetcher, f"{arxiv}/arxiv"),
        ], []

    monkeypatch.setattr(Fetcher, "of", open_fetcher)
    monkeypatch.setattr("virtual_lab.sources.search.connect", connect)


def research(settings: Settings, question: Question = QUESTION) -> Report:
    """The report of the run, which goes on where one that was killed has left it."""

    async def run() -> Report:
        async with (
            open_checkpoints(settings) as checkpoints,
            open_lab(settings, question, checkpoints) as lab,
        ):
            return await lab.research(question, run_id="r")

    return asyncio.run(run())


def forget_steps(settings: Settings) -> None:
    """Let the next run begin anew."""
    settings.checkpoints_path.unlink()


KILLED = """
import os, pathlib, signal, sys
import pytest
from tests.integration.test_lab_online import ask_this_machine, research, settings_in

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

monkeypatch = pytest.MonkeyPatch()
ask_this_machine(int(sys.argv[2]), monkeypatch)
if where := sys.argv[3]:
    monkeypatch.setattr(where, die)
print("begun", flush=True)
research(settings_in(pathlib.Path(sys.argv[1])))
"""
"""A run in a process of its own, which kills itself where it comes to a function."""


def start(settings: Settings, server: ReplayServer, dies_at: str = "") -> subprocess.Popen[bytes]:
    """Start the run in a process of its own."""
    folder, port = str(settings.data_dir), str(server.port)
    return subprocess.Popen(
        [sys.executable, "-c", KILLED, folder, port, dies_at], cwd=Path(__file__).parents[2]
    )


def test_the_run_succeeds_and_the_failure_is_a_line(
    settings: Settings, server: ReplayServer
) -> None:
    report = research(settings)
    [line] = report.coverage.sources_failed
    assert line == BROKE_OFF
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
    forget_steps(settings)
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
    forget_steps(settings)
    second = research(settings)
    assert all(asked.values())
    assert {path: server.count(path) for path in paths} == asked
    assert second.findings().keys() == first.findings().keys()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_run_that_is_killed_after_the_search_asks_no_provider_again(
    settings: Settings, server: ReplayServer
) -> None:
    plan = "virtual_lab.analysts.extractive.analyst.ExtractiveAnalyst.plan"
    assert start(settings, server, dies_at=plan).wait(PATIENCE_S) == -signal.SIGKILL
    asked = [request.path for request in server.asked]
    assert {"/epmc/search", "/crossref/works", "/arxiv"} <= set(asked)
    (settings.data_dir / "web.sqlite3").unlink()  # it is not the cache that answers
    report = research(settings)
    assert [request.path for request in server.asked] == asked
    assert report.coverage.sources_failed == (BROKE_OFF,)
    kinds = {source.kind for source in report.references}
    assert kinds == {SourceKind.DOCUMENT, SourceKind.LITERATURE}


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_run_that_is_killed_during_the_search_repeats_no_answered_request(
    settings: Settings, server: ReplayServer
) -> None:
    answered = "/epmc/search"
    [slow] = server.replies("/crossref/works")
    server.on("/crossref/works", replace(slow, wait=PATIENCE_S), slow)
    process = start(settings, server)
    until = time.monotonic() + PATIENCE_S
    while not (server.count("/crossref/works") and kept(settings, "epmc.example")):
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.05)
    process.kill()
    process.wait()
    asked = server.count(answered)
    assert asked == kept(settings, "epmc.example") == 1
    report = research(settings)
    assert server.count(answered) == 1
    assert server.count("/crossref/works") > 1
    assert report.coverage.sources_failed == (BROKE_OFF,)


def kept(settings: Settings, host: str) -> int:
    """How many answers of a host the cache holds to their end."""
    path = settings.data_dir / "web.sqlite3"
    if not path.exists():
        return 0
    whole = "SELECT count(*) FROM entries WHERE chunk_count IS NOT NULL AND instr(data, ?)"
    with closing(sqlite3.connect(path)) as database:
        if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'entries'").fetchone():
            return 0
        return int(database.execute(whole, (host.encode(),)).fetchone()[0])
