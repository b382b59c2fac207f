"""SearXNG: a metasearch engine of one's own (https://docs.searxng.org/dev/search_api.html).

Its format "json" has to be switched on in its settings. Snippets are not quoted; the pages are
fetched.
"""

from __future__ import annotations

from typing import Any

import httpx2

from virtual_lab.errors import RefusedRequestError, SettingError
from virtual_lab.plugins import Label
from virtual_lab.sources.declaration import ProviderContext, ProviderDeclaration
from virtual_lab.sources.fields import dashed, date, describe, items, line, results
from virtual_lab.sources.http import AddressRules, Fetcher, RequestPolicy, WebResponse
from virtual_lab.sources.http.ssrf import endpoint
from virtual_lab.sources.identity import normal_doi
from virtual_lab.sources.provider import SourceRecord, parse_each
from virtual_lab.sources.providers.web_page import describe_page
from virtual_lab.sources.registry import open_fetcher
from virtual_lab.text.language import detect_language


class SearXNG:
    """Searches the web with a SearXNG.

    Args:
        fetcher: fetches from the instance, and may lead into the administrator's own network.
        url: of the instance.
    """

    name = "searxng"
    languages: frozenset[str] = frozenset()

    def __init__(self, fetcher: Fetcher, url: str) -> None:
        self._fetcher = fetcher
        self._url = url.rstrip("/")
        self._manners = RequestPolicy(interval=0.5)

    async def search(self, query: str, limit: int) -> list[SourceRecord]:
        """The pages and papers that match ``query`` best."""
        try:
            answered, answer = await self._fetcher.get_json(
                f"{self._url}/search",
                {"q": query, "format": "json", "language": detect_language(query)},
                manners=self._manners,
            )
        except RefusedRequestError as error:
            if error.http_status == 403:
                raise RefusedRequestError(
                    "fetch.searxng_without_json", http_status=error.http_status
                ) from None
            raise
        listed = results(answered, self.name, "results")
        return parse_each(listed, lambda result: parse(result, answer), self.name)[:limit]


def parse(result: Any, answer: WebResponse) -> SourceRecord | None:
    """One search result: a paper where its engine says so, else a page."""
    doi = normal_doi(line(result, "doi"))
    if doi:
        return describe(
            title=line(result, "title"),
            provider=SearXNG.name,
            answer=answer,
            published=date(result, "publishedDate"),
            authors=tuple(name for name in map(line, items(result, "authors")) if name),
            venue=line(result, "journal"),
            volume=line(result, "volume"),
            issue=line(result, "number"),
            page_range=dashed(line(result, "pages")),
            publisher=line(result, "publisher"),
            doi=doi,
            url=f"https://doi.org/{doi}",
            open_access_url=line(result, "pdf_url"),
        )
    return describe_page(
        line(result, "url"),
        line(result, "title"),
        SearXNG.name,
        answer,
        line(result, "publishedDate"),
    )


async def _make(context: ProviderContext) -> SearXNG:
    """With a client of its own, since the instance may lie in a private network.

    That client follows no redirect and is used for nothing else, so that no page and no
    question can reach the network through it.
    """
    url = context.settings.searxng_url
    try:
        place = endpoint(httpx2.URL(url))
    except httpx2.InvalidURL:
        raise SettingError("setting.searxng_url", url=url) from None
    client = open_fetcher(context.settings, rules=AddressRules([place]), max_redirects=0)
    return SearXNG(await context.stack.enter_async_context(client), url)


DECLARATION = ProviderDeclaration(
    name="searxng",
    label=Label("SearXNG"),
    place=8,
    make=_make,
    needs=("SEARXNG_URL",),
)
