"""Europe PMC's records, recorded from its service."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from tests.replay import ReplayServer
from virtual_lab.domain import SourceType
from virtual_lab.sources.http import Fetcher, WebResponse
from virtual_lab.sources.provider import SourceRecord
from virtual_lab.sources.providers.europepmc import EuropePMC, parse


def recorded(payloads: Path, name: str) -> Any:
    return json.loads((payloads / "europepmc" / name).read_text(encoding="utf-8"))


def search(
    server: ReplayServer, fetcher: Fetcher, query: str, contact: str = ""
) -> list[SourceRecord]:
    async def run() -> list[SourceRecord]:
        async with fetcher:
            return await EuropePMC(fetcher, contact, server.url).search(query, 25)

    return asyncio.run(run())


def test_a_recorded_search_becomes_sources(
    payloads: Path, server: ReplayServer, fetcher: Fetcher
) -> None:
    server.on_json("/search", recorded(payloads, "search_cancer_core.json"))
    query = 'What is the safety of "genome editing" (CRISPR): OR AND plants?'
    found = search(server, fetcher, query, "lab@example.org")
    asked = server.asked[0].query
    assert asked["query"] == ("safety OR genome OR editing OR CRISPR OR plants")
    assert (asked["resultType"], asked["email"]) == ("core", "lab@example.org")
    assert len(found) == 23  # of 25, two are notices of errata
    source = found[4].source
    assert source.title.startswith("Co-Designed Culturally Tailored Cancer Screening")
    assert source.authors == ("Kwok, Cannas", "Xu, Xinyi")
    assert source.venue == "Health promotion journal of Australia"
    assert (source.volume, source.issue, source.page_range) == ("36", "3", "e70059")
    assert (source.published, source.year) == ("2025-07-01", 2025)
    assert source.doi == "10.1002/hpja.70059"
    assert source.open_access_url == "https://europepmc.org/articles/PMC12120539?pdf=render"
    assert source.language == "en"
    assert [p.section for p in found[4].passages][:2] == [
        ("Abstract", "Issue addressed"),
        ("Abstract", "Methods"),
    ]
    assert found[0].source.venue == "Lancet"
    assert found[2].source.type is SourceType.REVIEW
    assert found[2].source.issue is None  # "Forthcoming" is no issue
    assert not found[0].source.title.endswith(".")


def test_no_result_is_no_error(payloads: Path, server: ReplayServer, fetcher: Fetcher) -> None:
    server.on_json("/search", recorded(payloads, "search_no_results.json"))
    assert search(server, fetcher, "xyzzy") == []


def test_a_query_without_content_asks_nothing(server: ReplayServer, fetcher: Fetcher) -> None:
    assert search(server, fetcher, "is it the?") == []
    assert server.asked == []


def test_the_short_form_of_a_record_is_understood(payloads: Path, answer: WebResponse) -> None:
    result = recorded(payloads, "search_cancer.json")["resultList"]["result"][0]
    item = parse(result, answer)
    assert item is not None
    assert item.source.authors == ("Schoenfeld, JD", "Haas-Kogan, DA", "O'Neill, AF")
    assert item.source.page_range == "2603–2604"
    assert item.passages == ()


def test_retraction_correction_and_preprint_are_told(payloads: Path, answer: WebResponse) -> None:
    result = recorded(payloads, "search_cancer_core.json")["resultList"]["result"][0]

    def told(**change: Any) -> Any:
        item = parse(result | change, answer)
        assert item is not None
        return item.source

    def change(kind: str) -> dict[str, Any]:
        return {"commentCorrection": [{"type": kind}]}

    assert not told().retracted
    assert not told().corrected
    assert told(pubTypeList={"pubType": ["Retracted Publication"]}).retracted
    assert told(commentCorrectionList=change("Retraction in")).retracted
    assert told(commentCorrectionList=change("Erratum in")).corrected
    assert told(source="PPR").type is SourceType.PREPRINT
    assert told(language="kor").language == "ko"
    notice = result | {"pubTypeList": {"pubType": ["Retraction of Publication"]}}
    assert parse(notice, answer) is None


def test_a_doi_is_looked_up(payloads: Path, server: ReplayServer, fetcher: Fetcher) -> None:
    server.on_json(
        "/search",
        recorded(payloads, "search_cancer_core.json"),
        recorded(payloads, "search_no_results.json"),
    )

    async def run() -> tuple[SourceRecord | None, SourceRecord | None]:
        async with fetcher:
            service = EuropePMC(fetcher, url=server.url)
            return await service.lookup("10.1/a"), await service.lookup("10.1/b")

    known, unknown = asyncio.run(run())
    assert known is not None
    assert unknown is None
    assert server.asked[0].query["query"] == 'DOI:"10.1/a"'
