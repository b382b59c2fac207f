"""SearXNG: a self-hosted metasearch engine (https://docs.searxng.org/dev/search_api.html).

The format "json" must be enabled in its settings. Its snippets are not quoted; the pages are
fetched.
"""

from __future__ import annotations

from typing import Any

import httpx2

from virtual_lab.errors import RefusedRequestError, SettingError
from virtual_lab.plugins import Label
from virtual_lab.sources.declaration import ProviderContext, ProviderDeclaration
from virtual_lab.sources.fields import (
    build_record,
    date_at,
    list_at,
    normal_page_range,
    required_list_at,
    text_at,
)
from virtual_lab.sources.http import AddressRules, Fetcher, RequestPolicy, WebResponse
from virtual_lab.sources.http.ssrf import endpoint
from virtual_lab.sources.identity import normal_doi
from virtual_lab.sources.provider import SourceRecord, parse_each
from virtual_lab.sources.providers.web_page import build_page_record
from virtual_lab.text.language import detect_language


class SearXNG:
    """Searches the web with a SearXNG.

    Args:
        fetcher: fetches from the instance, also where that is in a private network.
        url: the address of the instance.
    """

    name = "searxng"
    languages: frozenset[str] = frozenset()

    def __init__(self, fetcher: Fetcher, url: str) -> None:
        self._fetcher = fetcher
        self._url = url.rstrip("/")
        self._policy = RequestPolicy(interval=0.5)

    async def search(self, query: str, limit: int) -> list[SourceRecord]:
        """The pages and papers that match ``query`` best."""
        try:
            answered, answer = await self._fetcher.get_json(
                f"{self._url}/search",
                {"q": query, "format": "json", "language": detect_language(query)},
                policy=self._policy,
            )
        except RefusedRequestError as error:
            if error.http_status == 403:
                raise RefusedRequestError(
                    "fetch.searxng_without_json", http_status=error.http_status
                ) from None
            raise
        listed = required_list_at(answered, self.name, "results")
        return parse_each(listed, lambda result: parse(result, answer), self.name)[:limit]


def parse(result: Any, answer: WebResponse) -> SourceRecord | None:
    """The record of a search result: of a paper where it has a DOI, else of a page."""
    doi = normal_doi(text_at(result, "doi"))
    if doi:
        return build_record(
            title=text_at(result, "title"),
            provider=SearXNG.name,
            answer=answer,
            published=date_at(result, "publishedDate"),
            authors=tuple(name for name in map(text_at, list_at(result, "authors")) if name),
            venue=text_at(result, "journal"),
            volume=text_at(result, "volume"),
            issue=text_at(result, "number"),
            page_range=normal_page_range(text_at(result, "pages")),
            publisher=text_at(result, "publisher"),
            doi=doi,
            url=f"https://doi.org/{doi}",
            open_access_url=text_at(result, "pdf_url"),
        )
    return build_page_record(
        text_at(result, "url"),
        text_at(result, "title"),
        SearXNG.name,
        answer,
        text_at(result, "publishedDate"),
    )


async def _make(context: ProviderContext) -> SearXNG:
    """The connector, with a separate client, since the instance may be in a private network.

    That client follows no redirects and is used for nothing else, so that no page and no question
    can reach the network through it.
    """
    url = context.settings.searxng_url
    try:
        place = endpoint(httpx2.URL(url))
    except httpx2.InvalidURL:
        raise SettingError("setting.searxng_url", url=url) from None
    client = Fetcher.of(context.settings, rules=AddressRules([place]), max_redirects=0)
    return SearXNG(await context.stack.enter_async_context(client), url)


DECLARATION = ProviderDeclaration(
    name="searxng",
    label=Label("SearXNG"),
    place=8,
    make=_make,
    needs=("SEARXNG_URL",),
)
