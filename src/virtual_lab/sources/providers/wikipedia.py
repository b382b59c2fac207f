"""Wikipedia: the introductions of articles, in the language of the query.

https://www.mediawiki.org/wiki/API; cited is the revision that was read, not the moving page.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from virtual_lab.domain import SourceKind, SourceType
from virtual_lab.plugins import Label
from virtual_lab.sources.declaration import ProviderContext, ProviderDeclaration
from virtual_lab.sources.fields import at, date, describe, items, line
from virtual_lab.sources.http import Fetcher, RequestPolicy, WebResponse
from virtual_lab.sources.provider import SourceRecord, parse_each
from virtual_lab.sources.query_syntax import any_of
from virtual_lab.text.language import detect_language

_EDITIONS = ("ko", "en")


class Wikipedia:
    """Searches Wikipedia.

    Args:
        fetcher: fetches from the web.
        url: of the service; ``{language}`` stands for the edition.
    """

    name = "wikipedia"
    languages: frozenset[str] = frozenset()

    def __init__(
        self, fetcher: Fetcher, url: str = "https://{language}.wikipedia.org/w/api.php"
    ) -> None:
        self._fetcher = fetcher
        self._url = url
        self._manners = RequestPolicy(interval=0.5)

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
            manners=self._manners,
        )
        pages = sorted(items(answered, "query", "pages"), key=lambda page: at(page, "index") or 0)
        return parse_each(pages, lambda page: parse(page, answer), self.name)[:limit]


def parse(page: Any, answer: WebResponse) -> SourceRecord | None:
    """One article as the interface describes it."""
    title = line(page, "title")
    code = line(page, "pagelanguage") or "en"
    address = line(page, "fullurl") or f"https://{code}.wikipedia.org/wiki/{quote(title or '')}"
    revision = line(page, "revisions", 0, "revid") or line(page, "lastrevid")
    changed = date(page, "revisions", 0, "timestamp") or date(page, "touched")
    return describe(
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
    extract = at(page, "extract")
    return extract.splitlines() if isinstance(extract, str) else []


async def _make(context: ProviderContext) -> Wikipedia:
    return Wikipedia(context.fetcher)


DECLARATION = ProviderDeclaration(
    name="wikipedia",
    label=Label("Wikipedia"),
    place=6,
    make=_make,
)
