"""Tavily: a web search service for programs, which needs a key (https://docs.tavily.com).

Its summaries are not quoted, since they may differ from the page. The text of the page is quoted:
the Markdown that Tavily gives, or the fetched page where it gives none.
"""

from __future__ import annotations

from typing import Any

from virtual_lab.plugins import Label
from virtual_lab.sources.declaration import ProviderContext, ProviderDeclaration, plain_value
from virtual_lab.sources.fields import required_list_at, text_at, value_at
from virtual_lab.sources.fulltext import FullTextReader
from virtual_lab.sources.http import Fetcher, RequestPolicy, WebResponse
from virtual_lab.sources.provider import SourceRecord, make_record, parse_each
from virtual_lab.sources.providers.web_page import build_page_record

_MAX_RESULTS = 20


class Tavily:
    """Searches the web with Tavily.

    Args:
        fetcher: fetches from the web.
        reader: reads the Markdown of the results.
        api_key: the key of an account.
        url: the address of the service.
    """

    name = "tavily"
    languages: frozenset[str] = frozenset()

    def __init__(
        self,
        fetcher: Fetcher,
        reader: FullTextReader,
        api_key: str,
        url: str = "https://api.tavily.com",
    ) -> None:
        self._fetcher = fetcher
        self._reader = reader
        self._url = url
        self._policy = RequestPolicy(interval=0.2, headers={"Authorization": f"Bearer {api_key}"})

    async def search(self, query: str, limit: int) -> list[SourceRecord]:
        """The pages that match ``query`` best."""
        answered, answer = await self._fetcher.get_json(
            f"{self._url}/search",
            body={
                "query": query,
                "max_results": min(limit, _MAX_RESULTS),
                "include_raw_content": "markdown",
            },
            policy=self._policy,
        )
        listed = required_list_at(answered, self.name, "results")[:limit]
        pages = parse_each(listed, lambda result: parse(result, answer), self.name)
        texts = {text_at(result, "url"): value_at(result, "raw_content") for result in listed}
        return [await self._with_text(page, texts.get(page.source.url)) for page in pages]

    async def _with_text(self, page: SourceRecord, markdown: Any) -> SourceRecord:
        document = await self._reader.read_markdown(markdown or "", page.source.title)
        return make_record(page.source, document)


def parse(result: Any, answer: WebResponse) -> SourceRecord | None:
    """The record of a search result."""
    return build_page_record(
        text_at(result, "url"),
        text_at(result, "title"),
        Tavily.name,
        answer,
        text_at(result, "published_date"),
    )


async def _make(context: ProviderContext) -> Tavily:
    return Tavily(context.fetcher, context.reader, plain_value(context.settings.tavily_api_key))


DECLARATION = ProviderDeclaration(
    name="tavily",
    label=Label("Tavily"),
    place=7,
    make=_make,
    needs=("TAVILY_API_KEY",),
)
