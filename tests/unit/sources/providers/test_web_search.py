"""Tavily and SearXNG: what they find is a page to read, never a snippet to quote."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from tests.replay import ReplayServer, Reply
from virtual_lab.documents.sandbox import DocumentReader
from virtual_lab.domain import SourceKind, SourceType
from virtual_lab.errors import RefusedRequestError
from virtual_lab.sources.fulltext import FullTextReader
from virtual_lab.sources.http import Fetcher
from virtual_lab.sources.provider import SourceRecord
from virtual_lab.sources.providers.searxng import SearXNG
from virtual_lab.sources.providers.tavily import Tavily

SNIPPET = "A summary that the engine made up and that stands nowhere."
PAGE = "# Novel food\n\n" + "The applicant submits a dossier on the safety of the food. " * 8


@pytest.fixture(scope="module")
def documents() -> Iterator[DocumentReader]:
    with DocumentReader() as reader:
        yield reader


@pytest.mark.slow
def test_tavily_hands_over_the_text_of_pages(
    server: ReplayServer, fetcher: Fetcher, documents: DocumentReader
) -> None:
    server.on_json(
        "/search",
        {
            "results": [
                {
                    "title": "Novel food - EFSA",
                    "url": "https://www.efsa.europa.eu/en/topics/topic/novel-food",
                    "content": SNIPPET,
                    "raw_content": PAGE,
                    "published_date": "Tue, 05 Mar 2024 10:00:00 GMT",
                },
                {"title": "", "url": "https://example.org/a", "content": SNIPPET},
                {"title": "No address", "content": SNIPPET},
            ]
        },
    )

    async def run() -> list[SourceRecord]:
        async with fetcher:
            reader = FullTextReader(fetcher, documents)
            return await Tavily(fetcher, reader, "tvly-k3y", server.url).search("novel food", 30)

    first, second = asyncio.run(run())
    assert (first.source.kind, first.source.type) == (SourceKind.WEB, SourceType.PAGE)
    assert first.source.title == "Novel food - EFSA"
    assert first.source.published == "2024-03-05"
    assert "dossier" in first.passages[0].text
    assert first.passages[0].id.startswith(f"{first.source.id}:")
    assert SNIPPET not in first.text
    assert second == SourceRecord(second.source)
    assert second.source.title == "https://example.org/a"
    asked = server.asked[0]
    assert asked.headers["authorization"] == "Bearer tvly-k3y"
    assert b'"max_results": 20' in asked.body


def searx(server: ReplayServer, fetcher: Fetcher) -> list[SourceRecord]:
    async def run() -> list[SourceRecord]:
        async with fetcher:
            return await SearXNG(fetcher, f"{server.url}/").search("콩 안전성", 10)

    return asyncio.run(run())


def test_searxng_finds_pages_and_papers(server: ReplayServer, fetcher: Fetcher) -> None:
    server.on_json(
        "/search",
        {
            "results": [
                {
                    "url": "https://example.org/a",
                    "title": "A page",
                    "content": SNIPPET,
                    "publishedDate": "2024-01-02T00:00:00",
                },
                {
                    "url": "https://doi.org/10.1/x",
                    "title": "A paper",
                    "doi": "10.1234/X",
                    "authors": ["Jane Doe"],
                    "journal": "Foods",
                    "pages": "1-9",
                    "pdf_url": "https://example.org/x.pdf",
                },
            ]
        },
    )
    page, paper = searx(server, fetcher)
    assert page == SourceRecord(page.source)
    assert (page.source.type, page.source.published) == (SourceType.PAGE, "2024-01-02")
    assert (paper.source.kind, paper.source.doi) == (SourceKind.LITERATURE, "10.1234/x")
    assert (paper.source.venue, paper.source.page_range) == ("Foods", "1–9")
    assert paper.source.open_access_url == "https://example.org/x.pdf"
    assert server.asked[0].query == {"q": "콩 안전성", "format": "json", "language": "ko"}


def test_searxng_says_what_it_needs(server: ReplayServer, fetcher: Fetcher) -> None:
    server.on("/search", Reply(b"Forbidden", 403))
    with pytest.raises(RefusedRequestError, match=r"add it to search\.formats"):
        searx(server, fetcher)
