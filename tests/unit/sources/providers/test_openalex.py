"""OpenAlex's works: recorded where there are recordings, else in the form of its documentation."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.replay import HOST, ReplayServer, cassette
from virtual_lab.domain import SourceType
from virtual_lab.errors import UnusableAnswerError
from virtual_lab.sources.http import AddressRules, Fetcher, WebResponse
from virtual_lab.sources.provider import SourceRecord
from virtual_lab.sources.providers.openalex import OpenAlex, parse

WORK: dict[str, Any] = {
    "id": "https://openalex.org/W2741809807",
    "doi": "https://doi.org/10.7717/PeerJ.4375",
    "title": "The state of <i>OA</i>",
    "publication_year": 2018,
    "publication_date": "2018-02-13",
    "language": "en",
    "type": "article",
    "is_retracted": False,
    "authorships": [
        {"author": {"display_name": "Heather Piwowar"}, "raw_author_name": "H. Piwowar"},
        {"author": {"display_name": None}, "raw_author_name": "Jason Priem"},
    ],
    "primary_location": {
        "landing_page_url": "https://peerj.com/articles/4375",
        "source": {
            "display_name": "PeerJ",
            "type": "journal",
            "host_organization_name": "PeerJ, Inc.",
        },
    },
    "best_oa_location": {"pdf_url": None, "landing_page_url": "https://peerj.com/articles/4375"},
    "open_access": {"is_oa": True, "oa_url": "https://peerj.com/articles/4375.pdf"},
    "biblio": {"volume": "6", "issue": None, "first_page": "e4375", "last_page": "e4375"},
    "abstract_inverted_index": {
        "Despite": [0], "growing": [1], "interest": [2], "in": [3, 7], "Open": [4],
        "Access": [5], "papers": [6], "journals,": [8], "there": [9], "is": [10], "little": [11],
        "evidence.": [12],
    },
}  # fmt: skip


def source_of(change: dict[str, Any], answer: WebResponse) -> Any:
    item = parse(WORK | change, answer)
    assert item is not None
    return item.source


def test_a_work_becomes_a_source(answer: WebResponse) -> None:
    item = parse(WORK, answer)
    assert item is not None
    source = item.source
    assert source.title == "The state of OA"
    assert source.authors == ("Heather Piwowar", "Jason Priem")
    assert (source.venue, source.publisher) == ("PeerJ", "PeerJ, Inc.")
    assert (source.volume, source.issue, source.page_range) == ("6", None, "e4375")
    assert (source.published, source.year) == ("2018-02-13", 2018)
    assert source.doi == "10.7717/peerj.4375"
    assert source.open_access_url == "https://peerj.com/articles/4375"
    assert item.passages[0].text == (
        "Despite growing interest in Open Access papers in journals, there is little evidence."
    )


def test_fields_in_their_variants(answer: WebResponse) -> None:
    repository = {"source": {"display_name": "bioRxiv", "type": "repository"}}
    assert source_of({"is_retracted": True}, answer).retracted
    assert source_of({"primary_location": repository}, answer).type is SourceType.PREPRINT
    assert source_of({"type": "book-chapter"}, answer).type is SourceType.CHAPTER
    assert source_of({"doi": None}, answer).url == "https://peerj.com/articles/4375"
    assert source_of({"best_oa_location": None}, answer).open_access_url.endswith(".pdf")
    assert source_of({"abstract_inverted_index": None}, answer).language == "en"
    assert parse(WORK | {"type": "peer-review"}, answer) is None
    assert parse(WORK | {"title": None}, answer) is None


def test_recorded_works_with_few_fields(payloads: Path, server: ReplayServer) -> None:
    path = "/works/doi:10.1/a"

    async def run(name: str) -> SourceRecord | None:
        server.on(path, cassette(payloads / "mixed" / name)[0][1])
        async with Fetcher(rules=AddressRules([(HOST, server.port)])) as fetcher:
            return await OpenAlex(fetcher, url=server.url).lookup("10.1/a")

    assert asyncio.run(run("test_does_openalex_work[not-in-openalex].yaml")) is None
    assert asyncio.run(run("test_does_openalex_work[oa-in-openalex1].yaml")) is None  # no title


def test_a_search_sends_words_and_key(server: ReplayServer, fetcher: Fetcher) -> None:
    server.on_json("/works", {"meta": {}, "results": [WORK, WORK]}, {"error": "Invalid"})

    async def run() -> None:
        async with fetcher:
            service = OpenAlex(fetcher, "k3y", server.url)
            found = await service.search('"off-target" AND (soy | safety), NOT*', 1)
            assert len(found) == 1
            with pytest.raises(UnusableAnswerError):
                await service.search("soy", 1)

    asyncio.run(run())
    assert server.asked[0].query == {
        "search": '"off-target" OR soy OR safety',
        "per_page": "1",
        "api_key": "k3y",
    }
