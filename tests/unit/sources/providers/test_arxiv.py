"""arXiv's feeds, recorded from its service."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.replay import ReplayServer, Reply, arxiv_feed
from virtual_lab.domain import SourceType
from virtual_lab.errors import UnusableAnswerError
from virtual_lab.sources.http import Fetcher
from virtual_lab.sources.provider import SourceRecord
from virtual_lab.sources.providers.arxiv import Arxiv

BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">
<!ENTITY c SYSTEM "file:///etc/passwd">]>
<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>http://arxiv.org/abs/2101.00001v1</id>
<title>A title &b; &c;</title></entry></feed>"""


def search(
    server: ReplayServer, fetcher: Fetcher, query: str = "testing", limit: int = 10
) -> list[SourceRecord]:
    async def run() -> list[SourceRecord]:
        async with fetcher:
            return await Arxiv(fetcher, server.url + "/api/query").search(query, limit)

    return asyncio.run(run())


def lookup(server: ReplayServer, fetcher: Fetcher, doi: str) -> SourceRecord | None:
    async def run() -> SourceRecord | None:
        async with fetcher:
            return await Arxiv(fetcher, server.url + "/api/query").lookup(doi)

    return asyncio.run(run())


def test_a_recorded_search_becomes_sources(
    payloads: Path, server: ReplayServer, fetcher: Fetcher
) -> None:
    server.on("/api/query", arxiv_feed(payloads / "arxiv" / "q_testing_s0_m10_bc5a6c384fe9.json"))
    found = search(server, fetcher, 'The "off-target" effects: all of CRISPR AND Cas9')
    asked = server.asked[0].query
    assert asked["search_query"] == ('all:"off-target" OR all:effects OR all:CRISPR OR all:Cas9')
    assert (asked["sortBy"], asked["max_results"]) == ("relevance", "10")
    assert len(found) == 10
    first, second = found[0].source, found[1].source
    assert first.doi == "10.1109/icstw55395.2022.00035"
    assert first.type is SourceType.ARTICLE
    assert first.open_access_url == "https://arxiv.org/pdf/2202.12139v1"
    assert first.number == "arXiv:2202.12139"
    assert first.authors[0] == "Mohit Kumar Ahuja"
    assert second.authors[0] == "Aurora Ramírez"
    assert found[0].passages[0].section == ("Abstract",)


@pytest.mark.parametrize(
    ("name", "doi", "address"),
    [
        ("id_1605.08386_s0_m100_199195aa31ad.json", "10.48550/arxiv.1605.08386", "1605.08386"),
        (
            "id_astro-ph_0601001_s0_m100_3150dca9dc76.json",
            "10.48550/arxiv.astro-ph/0601001",
            "astro-ph/0601001",
        ),
    ],
)
def test_a_preprint_has_the_doi_of_all_its_versions(
    payloads: Path, server: ReplayServer, fetcher: Fetcher, name: str, doi: str, address: str
) -> None:
    server.on("/api/query", arxiv_feed(payloads / "arxiv" / name))
    item = lookup(server, fetcher, doi)
    assert item is not None
    assert server.asked[0].query == {"id_list": address}
    assert item.source.doi == doi
    assert item.source.url == f"https://arxiv.org/abs/{address}"
    assert (item.source.type, item.source.venue) == (SourceType.PREPRINT, "arXiv")


def test_other_dois_are_not_asked_for(server: ReplayServer, fetcher: Fetcher) -> None:
    assert lookup(server, fetcher, "10.1038/x") is None
    assert server.asked == []


def test_an_entry_that_reports_an_error_is_no_source(
    payloads: Path, server: ReplayServer, fetcher: Fetcher
) -> None:
    server.on("/api/query", arxiv_feed(payloads / "arxiv" / "id_abc_s0_m100_b79c8dcf6bc3.json"))
    assert search(server, fetcher) == []


@pytest.mark.parametrize("body", [b"<html><p>busy", b"", b"\xff\xfe\x00"])
def test_what_is_no_feed_is_an_error(server: ReplayServer, fetcher: Fetcher, body: bytes) -> None:
    server.on("/api/query", body)
    with pytest.raises(UnusableAnswerError, match="not a feed"):
        search(server, fetcher)


def test_entities_are_not_expanded(server: ReplayServer, fetcher: Fetcher) -> None:
    server.on("/api/query", Reply(BOMB))
    found = search(server, fetcher)
    assert [item.source.title for item in found] == ["A title"]
