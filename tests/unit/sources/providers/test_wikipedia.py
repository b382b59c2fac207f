"""Wikipedia's introductions, in the form of its documentation."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.replay import ReplayServer
from virtual_lab.domain import SourceKind, SourceType
from virtual_lab.sources.http import Fetcher
from virtual_lab.sources.provider import SourceRecord
from virtual_lab.sources.providers.wikipedia import Wikipedia

INTRODUCTION = "유전자 편집은 유전체의 특정 부위를 바꾸는 기술이다. " * 3


def page(title: str, index: int, extract: str) -> dict[str, Any]:
    return {
        "pageid": index,
        "title": title,
        "index": index,
        "extract": extract,
        "pagelanguage": "ko",
        "fullurl": f"https://ko.wikipedia.org/wiki/{title}",
        "touched": "2026-11-01T00:00:00Z",
        "revisions": [{"revid": 12345, "timestamp": "2026-10-05T01:02:03Z"}],
    }


def search(server: ReplayServer, fetcher: Fetcher, query: str) -> list[SourceRecord]:
    async def run() -> list[SourceRecord]:
        async with fetcher:
            return await Wikipedia(fetcher, server.url + "/{language}").search(query, 5)

    return asyncio.run(run())


def test_pages_come_in_the_order_of_the_search(server: ReplayServer, fetcher: Fetcher) -> None:
    pages = [page("크리스퍼", 2, "짧다"), page("유전자 편집", 1, f"{INTRODUCTION}\n\n둘째 문단.")]
    server.on_json("/ko", {"query": {"pages": pages}})
    found = search(server, fetcher, "유전자 편집")
    assert [item.source.title for item in found] == ["유전자 편집", "크리스퍼"]
    source = found[0].source
    assert (source.kind, source.type) == (SourceKind.WEB, SourceType.REFERENCE)
    assert source.url == "https://ko.wikipedia.org/wiki/유전자 편집?oldid=12345"
    assert (source.published, source.language) == ("2026-10-05", "ko")
    assert found[0].passages[0].text == f"{INTRODUCTION.strip()}\n\n둘째 문단."
    assert found[1].passages == ()


@pytest.mark.parametrize(
    ("query", "edition", "words"),
    [("Is soy safe?", "/en", "soy OR safe"), ("콩의 안전성은?", "/ko", "콩의 OR 안전성")],
)
def test_the_query_says_which_edition_is_asked(
    server: ReplayServer, fetcher: Fetcher, query: str, edition: str, words: str
) -> None:
    server.on_json(edition, {"batchcomplete": True})
    assert search(server, fetcher, query) == []
    assert server.asked[0].query["gsrsearch"] == words
