"""Recorded providers and the local library together, one provider failing half way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.replay import HOST, ReplayServer, Reply, arxiv_feed, cassette
from virtual_lab.documents.sandbox import DocumentReader
from virtual_lab.domain import Source
from virtual_lab.library.ingest import add_paths
from virtual_lab.library.sqlite.index import Index
from virtual_lab.report.bibliography import to_bibtex
from virtual_lab.retrieval.retriever import Retriever
from virtual_lab.sources.fulltext import FullTextReader
from virtual_lab.sources.http import AddressRules, Fetcher
from virtual_lab.sources.providers.arxiv import Arxiv
from virtual_lab.sources.providers.crossref import Crossref
from virtual_lab.sources.providers.europepmc import EuropePMC
from virtual_lab.sources.providers.semanticscholar import SemanticScholar
from virtual_lab.sources.search import ProviderSearch, SearchResult, add_to_index
from virtual_lab.text.glossary import load_glossary
from virtual_lab.verification.verify import normalise

HOSTS = ("epmc.example", "crossref.example", "s2.example", "arxiv.example")
QUERIES = ["cancer screening awareness", "ecological forecasting"]


@pytest.fixture
def server(shared_data: Path) -> Iterator[ReplayServer]:
    payloads = shared_data / "payloads"
    with ReplayServer() as running:
        core = json.loads((payloads / "europepmc" / "search_cancer_core.json").read_text())
        running.on_json("/epmc/search", core)
        searched = cassette(payloads / "crossref" / "test_works_field_queries.yaml")[0][1]
        running.on("/crossref/works", searched)
        papers = cassette(payloads / "semanticscholar" / "test_search_paper_next_page.yaml")
        running.on(
            "/s2/paper/search", papers[0][1], Reply(b"slow down", 429, {"Retry-After": "99"})
        )
        feed = arxiv_feed(payloads / "arxiv" / "q_testing_s0_m10_bc5a6c384fe9.json")
        running.on("/arxiv", Reply(feed, cut=len(feed) // 2))
        yield running


async def resolver(host: str, port: int) -> list[str]:
    """The replayed hosts are on this machine; there is no other network."""
    if host not in HOSTS:
        raise OSError("no network")
    return [HOST]


def gather(server: ReplayServer, cache: Path, reader: DocumentReader) -> SearchResult:
    """What a run gathers; every call stands for a process of its own."""

    async def run() -> SearchResult:
        rules = AddressRules((host, server.port) for host in HOSTS)
        async with Fetcher(rules=rules, cache=cache, resolver=resolver) as fetcher:
            epmc, crossref, s2, arxiv = (f"http://{host}:{server.port}" for host in HOSTS)
            connectors = [
                EuropePMC(fetcher, url=f"{epmc}/epmc"),
                Crossref(fetcher, "lab@example.org", f"{crossref}/crossref"),
                SemanticScholar(fetcher, url=f"{s2}/s2"),
                Arxiv(fetcher, f"{arxiv}/arxiv"),
            ]
            texts = FullTextReader(fetcher, reader)
            return await ProviderSearch(connectors, texts).search(QUERIES, 60)

    return asyncio.run(run())


@pytest.fixture(scope="module")
def reader() -> Iterator[DocumentReader]:
    with DocumentReader() as documents:
        yield documents


def test_a_provider_that_fails_half_way_is_a_line(
    server: ReplayServer, tmp_path: Path, reader: DocumentReader
) -> None:
    gathered = gather(server, tmp_path / "web.sqlite3", reader)
    assert [str(failure) for failure in gathered.failures] == [
        "semanticscholar: The host refused the request: s2.example answered 429 Too Many Requests"
        " (1 of 2 searches answered)",
        "arxiv: The answer cannot be used: arxiv.example broke off",
    ]
    found = {name for source in gathered.sources for name in source.providers}
    assert found == {"europepmc", "crossref", "semanticscholar"}
    assert all(source.tier for source in gathered.sources)
    assert len({source.id for source in gathered.sources}) == len(gathered.sources)


def test_a_repeated_run_repeats_no_answered_request(
    server: ReplayServer, tmp_path: Path, reader: DocumentReader
) -> None:
    first = gather(server, tmp_path / "web.sqlite3", reader)
    asked = {path: server.count(path) for path in ("/epmc/search", "/crossref/works")}
    second = gather(server, tmp_path / "web.sqlite3", reader)
    assert asked == {"/epmc/search": 2, "/crossref/works": 2}
    assert {path: server.count(path) for path in asked} == asked
    assert second.found == first.found


def test_literature_and_local_documents_are_ranked_together(
    server: ReplayServer, tmp_path: Path, reader: DocumentReader, shared_data: Path
) -> None:
    gathered = gather(server, tmp_path / "web.sqlite3", reader)
    index = Index(tmp_path / "library.sqlite3")
    protocol = next((shared_data / "documents" / "en").glob("*.md"))
    add_paths(index, [protocol], "default", reader)
    add_to_index(index, gathered)
    retriever = Retriever(index, load_glossary(), ["default", "online"])
    hits = retriever.search(["uncertainty in the management of ecological risk"], 20)
    sources: dict[str, Source] = {
        hit.passage.source_id: retriever.source(hit.passage.source_id) for hit in hits
    }
    assert {source.kind.value for source in sources.values()} == {"document", "literature"}
    for hit in hits:
        text = index.text(hit.passage.source_id)
        assert text[hit.passage.start : hit.passage.end] == hit.passage.text
        assert index.passage(hit.passage.id) == hit.passage
        assert normalise(hit.passage.text)
    papers = [source for source in sources.values() if source.doi]
    assert "doi = {10." in to_bibtex(papers)
    index.close()
