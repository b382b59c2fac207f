"""Tavily: a web search service for programs (https://docs.tavily.com); it needs a key.

Its summaries of pages are not quoted: they need not stand in the page. What is quoted is the text
of the page itself, which Tavily hands over as Markdown, or which is fetched where it does not.
"""

from __future__ import annotations

from typing import Any

from virtual_lab.plugins import Label
from virtual_lab.sources.declaration import ProviderContext, ProviderDeclaration, revealed
from virtual_lab.sources.fields import at, line, results
from virtual_lab.sources.fulltext import FullTextReader
from virtual_lab.sources.http import Fetcher, RequestPolicy, WebResponse
from virtual_lab.sources.provider import SourceRecord, found, parse_each
from virtual_lab.sources.providers.web_page import describe_page

_MAX_RESULTS = 20


class Tavily:
    """Searches the web with Tavily.

    Args:
        fetcher: fetches from the web.
        reader: reads the pages that come with the results.
        api_key: of the service.
        url: of the service.
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
        self._manners = RequestPolicy(interval=0.2, headers={"Authorization": f"Bearer {api_key}"})

    async def search(self, query: str, limit: int) -> list[SourceRecord]:
        """The pages that match ``query`` best."""
        answered, answer = await self._fetcher.get_json(
            f"{self._url}/search",
            body={
                "query": query,
                "max_results": min(limit, _MAX_RESULTS),
                "include_raw_content": "markdown",
            },
            manners=self._manners,
        )
        listed = results(answered, self.name, "results")[:limit]
        pages = parse_each(listed, lambda result: parse(result, answer), self.name)
        texts = {line(result, "url"): at(result, "raw_content") for result in listed}
        return [await self._with_text(page, texts.get(page.source.url)) for page in pages]

    async def _with_text(self, page: SourceRecord, markdown: Any) -> SourceRecord:
        document = await self._reader.read_markdown(markdown or "", page.source.title)
        return found(page.source, document)


def parse(result: Any, answer: WebResponse) -> SourceRecord | None:
    """One search result."""
    return describe_page(
        line(result, "url"),
        line(result, "title"),
        Tavily.name,
        answer,
        line(result, "published_date"),
    )


async def _make(context: ProviderContext) -> Tavily:
    return Tavily(context.fetcher, context.reader, revealed(context.settings.tavily_api_key))


DECLARATION = ProviderDeclaration(
    name="tavily",
    label=Label("Tavily"),
    place=7,
    make=_make,
    needs=("TAVILY_API_KEY",),
)
