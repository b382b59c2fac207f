"""Crossref's records, recorded from its service."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest

from tests.replay import ReplayServer, Reply, cassette, cassette_json
from virtual_lab.domain import SourceKind, SourceType
from virtual_lab.errors import RefusedRequestError, UnusableAnswerError
from virtual_lab.sources.http import Fetcher, WebResponse
from virtual_lab.sources.providers.crossref import Crossref, parse


def test_a_recorded_search_becomes_sources(
    payloads: Path, server: ReplayServer, fetcher: Fetcher
) -> None:
    recorded = cassette(payloads / "crossref" / "test_works_field_queries.yaml")[0][1]
    server.on("/works", recorded)

    async def run() -> list[object]:
        async with fetcher:
            return list(await Crossref(fetcher, "lab@example.org", server.url).search("콩 soy", 20))

    found = asyncio.run(run())
    assert server.asked[0].query == {
        "query.bibliographic": "콩 soy",
        "rows": "20",
        "mailto": "lab@example.org",
    }
    assert len(found) == 20
    source = found[0].source  # type: ignore[attr-defined]
    assert source.title == "The forecast trap"
    assert source.authors == ("Boettiger, Carl",)
    assert (source.venue, source.volume, source.issue, source.page_range) == (
        "Ecology Letters", "25", "7", "1655–1664",
    )  # fmt: skip
    assert (source.published, source.year, source.publisher) == ("2022-05-30", 2022, "Wiley")
    assert (source.doi, source.url) == (
        "10.1111/ele.14024",
        "https://doi.org/10.1111/ele.14024",
    )
    assert (source.kind, source.type) == (SourceKind.LITERATURE, SourceType.ARTICLE)
    assert source.providers == ("crossref",)
    assert source.gathered_at is not None


def test_no_recorded_record_keeps_markup_or_a_broken_field(
    payloads: Path, answer: WebResponse
) -> None:
    seen = 0
    for path in sorted((payloads / "crossref").glob("*.yaml")):
        for _, reply in cassette(path):
            if not reply.body.startswith(b"{"):
                continue
            message = json.loads(reply.body).get("message")
            works = message.get("items", [message]) if isinstance(message, dict) else []
            for item in filter(None, (parse(work, answer) for work in works)):
                seen += 1
                source = item.source
                words = " ".join([source.title, source.venue or "", item.text, *source.authors])
                assert not re.search(r"</?\w+[^<>]*>", words), source.title
                assert "&amp;" not in words, source.title
                assert "\n" not in source.title
                assert source.doi == (source.doi or "").lower()
                for passage in item.passages:
                    assert item.text[passage.start : passage.end] == passage.text
                    assert passage.id == f"{source.id}:{passage.start}"
    assert seen > 70


def test_sections_and_lists_of_an_abstract(payloads: Path, answer: WebResponse) -> None:
    works = cassette_json(payloads / "crossref" / "test_works_field_queries.yaml")
    by_doi = {work["DOI"]: work for work in works["message"]["items"]}
    structured = parse(by_doi["10.1111/geb.13950"], answer)
    listed = parse(by_doi["10.1111/2041-210x.14013"], answer)
    assert structured is not None
    assert listed is not None
    assert structured.passages[0].section == ("Abstract", "Aim")
    assert structured.passages[1].text == "Global, with a North American focus."
    assert listed.passages[0].text.startswith("In the current age of a rapidly changing")
    assert listed.source.open_access_url == (
        "https://onlinelibrary.wiley.com/doi/pdf/10.1111/2041-210X.14013"
    )


def test_a_correction_is_told_and_a_retraction_too(payloads: Path, answer: WebResponse) -> None:
    work = cassette_json(payloads / "crossref" / "test_works_with_one_id.yaml")["message"]
    corrected = parse(work, answer)
    assert corrected is not None
    assert corrected.source.corrected
    assert not corrected.source.retracted
    updated = [{"DOI": "10.1/x", "type": "retraction", "source": "retraction-watch"}]
    retracted = parse(work | {"updated-by": updated}, answer)
    assert retracted is not None
    assert retracted.source.retracted
    titled = parse(work | {"title": ["RETRACTED: Some paper"]}, answer)
    assert titled is not None
    assert titled.source.retracted
    assert titled.source.title == "Some paper"
    assert parse(work | {"update-to": [{"type": "correction", "DOI": "10.1/y"}]}, answer) is None


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"author": [{"name": "EFSA Panel"}]}, "authors", ("EFSA Panel",)),
        ({"author": [], "editor": [{"family": "Doe"}]}, "authors", ("Doe",)),
        ({"subtitle": ["A study"]}, "title", "Scaling: A study"),
        ({"page": "10-10"}, "page_range", "10"),
        ({"page": None, "article-number": "e1"}, "page_range", "e1"),
        ({"published": {"date-parts": [[2012, 4]]}}, "published", "2012-04"),
        ({"published": {"date-parts": [[None]]}, "issued": {}}, "published", None),
        ({"type": "posted-content"}, "type", SourceType.PREPRINT),
        ({"language": "ko"}, "language", "ko"),
    ],
)
def test_fields_in_their_variants(
    answer: WebResponse, change: dict[str, object], field: str, value: object
) -> None:
    work = {
        "DOI": "10.1371/X.1",
        "title": ["Scaling"],
        "author": [{"family": "Doe", "given": "Jane"}],
        "type": "journal-article",
    }
    item = parse(work | change, answer)
    assert item is not None
    assert getattr(item.source, field) == value


@pytest.mark.parametrize("change", [{"title": []}, {"DOI": ""}, {"type": "peer-review"}])
def test_what_is_no_work_is_left_out(answer: WebResponse, change: dict[str, object]) -> None:
    work = {"DOI": "10.1371/x.1", "title": ["Scaling"], "type": "journal-article"}
    assert parse(work | change, answer) is None


def test_a_doi_is_looked_up(payloads: Path, server: ReplayServer, fetcher: Fetcher) -> None:
    doi = "10.1371/journal.pone.0033693"
    recorded = cassette(payloads / "crossref" / "test_works_with_one_id.yaml")[0][1]
    server.on("/works/10.1371%2Fjournal.pone.0033693", recorded)
    server.on("/works/10.1%2Fbusy", Reply(status=500))

    async def run() -> None:
        async with fetcher:
            crossref = Crossref(fetcher, url=server.url)
            known = await crossref.lookup(doi)
            assert known is not None
            assert known.source.doi == doi
            assert await crossref.lookup("10.1371/notarealdoi") is None
            with pytest.raises(RefusedRequestError):
                await crossref.lookup("10.1/busy")

    asyncio.run(run())


@pytest.mark.parametrize(
    "body", [b"<html>busy</html>", b'{"message": {"items": [1, null]}}', b"[", b"{}"]
)
def test_an_answer_of_another_form_is_an_error_not_an_empty_result(
    server: ReplayServer, fetcher: Fetcher, body: bytes
) -> None:
    server.on("/works", body)

    async def run() -> None:
        async with fetcher:
            await Crossref(fetcher, url=server.url).search("soy", 5)

    with pytest.raises(UnusableAnswerError):
        asyncio.run(run())
