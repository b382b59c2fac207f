"""Wikipedia: the introductions of articles, in the language of the query.

See https://www.mediawiki.org/wiki/API. Reports cite the revision that was read, since pages change.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from virtual_lab.domain import SourceKind, SourceType
from virtual_lab.plugins import Label
from virtual_lab.sources.declaration import ProviderContext, ProviderDeclaration
from virtual_lab.sources.fields import build_record, date_at, list_at, text_at, value_at
from virtual_lab.sources.http import Fetcher, RequestPolicy, WebResponse
from virtual_lab.sources.provider import SourceRecord, parse_each
from virtual_lab.sources.query_syntax import any_of
from virtual_lab.text.language import detect_language

_EDITIONS = ("ko", "en")


class Wikipedia:
    """Searches Wikipedia.

    Args:
        fetcher: fetches from the web.
        url: the address of the service; ``{language}`` stands for the edition.
    """

    name = "wikipedia"
    languages: frozenset[str] = frozenset()

    def __init__(
        self, fetcher: Fetcher, url: str = "https://{language}.wikipedia.org/w/api.php"
    ) -> None:
        self._fetcher = fetcher
        self._url = url
        self._policy = RequestPolicy(interval=0.5)

    async def search(self, query: str, limit: int) -> list[SourceRecord]:
        """The articles that match ``query`` best."""
        words = any_of(query)
        if not words:
            return []
        edition = detect_language(query)
        edition = edition if edition in _EDITIONS else "en"
        answered, answer = await self._fetcher.get_json(
            self._url.format(language=edition),
            {
                "action": "query",
                "format": "json",
                "formatversion": "2",
                "generator": "search",
                "gsrsearch": words,
                "gsrlimit": str(limit),
                "prop": "extracts|info|revisions",
                "exintro": "1",
                "explaintext": "1",
                "exlimit": "max",
                "inprop": "url",
                "rvprop": "ids|timestamp",
                "maxlag": "5",
            },
            policy=self._policy,
        )
        pages = sorted(
            list_at(answered, "query", "pages"), key=lambda page: value_at(page, "index") or 0
        )
        return parse_each(pages, lambda page: parse(page, answer), self.name)[:limit]


def parse(page: Any, answer: WebResponse) -> SourceRecord | None:
    """The record of an article."""
    title = text_at(page, "title")
    code = text_at(page, "pagelanguage") or "en"
    address = text_at(page, "fullurl") or f"https://{code}.wikipedia.org/wiki/{quote(title or '')}"
    revision = text_at(page, "revisions", 0, "revid") or text_at(page, "lastrevid")
    changed = date_at(page, "revisions", 0, "timestamp") or date_at(page, "touched")
    return build_record(
        title=title,
        provider=Wikipedia.name,
        answer=answer,
        markup="</p><p>".join(_lines(page)),
        language_code=code,
        kind=SourceKind.WEB,
        type=SourceType.REFERENCE,
        published=changed,
        venue="Wikipedia",
        url=f"{address}?oldid={revision}" if revision else address,
    )


def _lines(page: Any) -> list[str]:
    extract = value_at(page, "extract")
    return extract.splitlines() if isinstance(extract, str) else []


async def _make(context: ProviderContext) -> Wikipedia:
    return Wikipedia(context.fetcher)


DECLARATION = ProviderDeclaration(
    name="wikipedia",
    label=Label("Wikipedia"),
    place=6,
    make=_make,
)
