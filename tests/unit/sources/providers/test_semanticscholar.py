"""Semantic Scholar's papers, recorded from its service."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.replay import ReplayServer, Reply, cassette
from virtual_lab.domain import Source, SourceType
from virtual_lab.errors import RefusedRequestError
from virtual_lab.sources.http import Fetcher, WebResponse
from virtual_lab.sources.provider import SourceRecord
from virtual_lab.sources.providers.semanticscholar import SemanticScholar, parse


def search(server: ReplayServer, fetcher: Fetcher, key: str = "") -> list[SourceRecord]:
    async def run() -> list[SourceRecord]:
        async with fetcher:
            return await SemanticScholar(fetcher, key, server.url).search("off-target", 10)

    return asyncio.run(run())


def test_a_recorded_search_becomes_sources(
    payloads: Path, server: ReplayServer, fetcher: Fetcher
) -> None:
    path = payloads / "semanticscholar" / "test_search_paper_next_page.yaml"
    server.on("/paper/search", cassette(path)[0][1])
    found = search(server, fetcher, "k3y")
    assert len(found) == 10
    assert found[1].source.title == (
        "Quantum theory, the Church–Turing principle and the universal quantum computer"
    )
    assert server.asked[0].query["query"] == "off target"
    assert "abstract" in server.asked[0].query["fields"]
    assert server.asked[0].headers["x-api-key"] == "k3y"


def test_recorded_papers_with_all_their_fields(payloads: Path, answer: WebResponse) -> None:
    papers: dict[str, Source] = {}
    for url, reply in cassette(payloads / "mixed" / "test_bulk_doi_search.yaml"):
        if "semanticscholar" in url and reply.status == 200:
            item = parse(WebResponse(*answer[:1], reply.body, *answer[2:]).json(), answer)
            assert item is not None
            papers[item.source.doi or ""] = item.source
    chemcrow = papers["10.1038/s42256-024-00832-8"]
    assert chemcrow.venue == "Nature Machine Intelligence"
    assert (chemcrow.volume, chemcrow.page_range) == ("6", "525–535")
    assert chemcrow.authors[:2] == ("Andrés M Bran", "Sam Cox")
    assert chemcrow.open_access_url == "https://www.nature.com/articles/s42256-024-00832-8.pdf"
    paperqa = papers["10.48550/arxiv.2312.07559"]
    assert (paperqa.venue, paperqa.volume) == ("arXiv", None)
    assert paperqa.type is SourceType.PREPRINT
    assert paperqa.open_access_url == "https://arxiv.org/pdf/2312.07559"
    assert papers["10.1007/s40278-023-41815-2"].page_range == "145"
    assert papers["10.1063/1.4938384"].venue == "Journal of Applied Physics"


def test_a_review_is_told(answer: WebResponse) -> None:
    item = parse({"title": "Soy", "publicationTypes": ["JournalArticle", "Review"]}, answer)
    assert item is not None
    assert item.source.type is SourceType.REVIEW


def test_no_result_is_no_error(server: ReplayServer, fetcher: Fetcher) -> None:
    server.on_json("/paper/search", {"total": 0, "offset": 0})
    assert search(server, fetcher) == []


def test_being_asked_to_wait_is_said(server: ReplayServer, fetcher: Fetcher) -> None:
    server.on(
        "/paper/search", Reply(b'{"message": "Too Many Requests"}', 429, {"Retry-After": "60"})
    )
    with pytest.raises(RefusedRequestError, match="429 Too Many Requests"):
        search(server, fetcher)


def test_a_doi_is_looked_up(payloads: Path, server: ReplayServer, fetcher: Fetcher) -> None:
    recorded = dict(cassette(payloads / "mixed" / "test_bulk_doi_search.yaml"))
    known = next(reply for url, reply in recorded.items() if "DOI:10.1063" in url)
    unknown = next(reply for url, reply in recorded.items() if "DOI:10.1101" in url)
    server.on("/paper/DOI:10.1063/1.4938384", known)
    server.on("/paper/DOI:10.1101/2024.04.01.587366", unknown)

    async def run() -> tuple[SourceRecord | None, SourceRecord | None]:
        async with fetcher:
            service = SemanticScholar(fetcher, url=server.url)
            return (
                await service.lookup("10.1063/1.4938384"),
                await service.lookup("10.1101/2024.04.01.587366"),
            )

    found, missing = asyncio.run(run())
    assert found is not None
    assert found.source.authors == ("Michael Skarlinski", "D. Quesnel")
    assert missing is None
