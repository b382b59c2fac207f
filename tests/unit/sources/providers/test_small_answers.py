"""Answers written for these tests, for whoever has none that were recorded from the services."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.replay import ReplayServer
from virtual_lab.domain import SourceType
from virtual_lab.sources.http import Fetcher
from virtual_lab.sources.provider import SourceRecord
from virtual_lab.sources.providers.arxiv import Arxiv
from virtual_lab.sources.providers.crossref import Crossref
from virtual_lab.sources.providers.europepmc import EuropePMC
from virtual_lab.sources.providers.semanticscholar import SemanticScholar

ANSWERS = Path(__file__).with_name("answers")
ABSTRACT = "Insects are eaten in many countries. Their safety depends on how they are kept."
Make = Callable[[Fetcher, str], Arxiv | Crossref | EuropePMC | SemanticScholar]


def search(
    server: ReplayServer, fetcher: Fetcher, path: str, name: str, make: Make
) -> SourceRecord:
    """The one record of an answer."""
    server.on(path, (ANSWERS / name).read_bytes())

    async def run() -> list[SourceRecord]:
        async with fetcher:
            return await make(fetcher, server.url).search("insects as food", 10)

    (record,) = asyncio.run(run())
    return record


@pytest.mark.parametrize(
    ("path", "name", "make", "authors"),
    [
        (
            "/works",
            "crossref.json",
            lambda fetcher, url: Crossref(fetcher, "", url),
            ("Kim, Minji", "Example, Jo"),
        ),
        (
            "/search",
            "europepmc.json",
            lambda fetcher, url: EuropePMC(fetcher, "", url),
            ("Kim, Minji", "Example, J"),
        ),
        (
            "/paper/search",
            "semanticscholar.json",
            lambda fetcher, url: SemanticScholar(fetcher, "", url),
            ("Minji Kim", "Jo Example"),
        ),
    ],
    ids=["crossref", "europepmc", "semanticscholar"],
)
def test_an_article_is_read_and_what_is_none_is_left_out(
    server: ReplayServer,
    fetcher: Fetcher,
    path: str,
    name: str,
    make: Make,
    authors: tuple[str, ...],
) -> None:
    record = search(server, fetcher, path, name, make)
    source = record.source
    assert (source.title, source.doi) == ("Insects as food", "10.5555/insects.1")
    assert source.type is SourceType.ARTICLE
    assert source.authors == authors
    assert (source.venue, source.volume, source.page_range) == ("Journal of Examples", "7", "1–9")
    assert (source.published, source.year) == ("2024-01-02", 2024)
    assert ABSTRACT in record.text


def test_a_preprint_of_arxiv_is_read_and_an_error_is_left_out(
    server: ReplayServer, fetcher: Fetcher
) -> None:
    record = search(
        server,
        fetcher,
        "/api/query",
        "arxiv.xml",
        lambda fetcher, url: Arxiv(fetcher, f"{url}/api/query"),
    )
    source = record.source
    assert (source.title, source.doi) == ("Insects as food", "10.48550/arxiv.2401.00001")
    assert source.type is SourceType.PREPRINT
    assert source.authors == ("Minji Kim", "Jo Example")
    assert (source.published, source.venue) == ("2024-01-02", "arXiv")
    assert source.open_access_url == "https://arxiv.org/pdf/2401.00001v2"
    assert ABSTRACT in record.text
