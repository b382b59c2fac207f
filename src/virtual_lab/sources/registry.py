"""The providers that the settings ask for."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass

import httpx2
from pydantic import SecretStr

from virtual_lab.errors import SettingError
from virtual_lab.network import Network
from virtual_lab.settings import Settings
from virtual_lab.sources.fulltext import FullTextReader
from virtual_lab.sources.http import AddressRules, Fetcher
from virtual_lab.sources.http.ssrf import endpoint
from virtual_lab.sources.provider import Provider
from virtual_lab.sources.provider_session import ProviderFailure
from virtual_lab.sources.providers.arxiv import Arxiv
from virtual_lab.sources.providers.crossref import Crossref
from virtual_lab.sources.providers.europepmc import EuropePMC
from virtual_lab.sources.providers.openalex import OpenAlex
from virtual_lab.sources.providers.searxng import SearXNG
from virtual_lab.sources.providers.semanticscholar import SemanticScholar
from virtual_lab.sources.providers.tavily import Tavily
from virtual_lab.sources.providers.wikipedia import Wikipedia

PROVIDERS = (
    "openalex",
    "europepmc",
    "crossref",
    "semanticscholar",
    "arxiv",
    "wikipedia",
    "tavily",
    "searxng",
)
NEEDS = {"tavily": "TAVILY_API_KEY is not set", "searxng": "SEARXNG_URL is not set"}
"""What a provider needs that does not serve everybody."""


@dataclass(frozen=True)
class ProviderContext:
    """What connectors are made with; ``stack`` closes what is opened for them."""

    settings: Settings
    fetcher: Fetcher
    reader: FullTextReader
    stack: AsyncExitStack

    async def connector(self, name: str) -> Provider | None:
        """The connector of a provider; None where its needs are not met."""
        settings, fetcher = self.settings, self.fetcher
        match name:
            case "openalex":
                return OpenAlex(fetcher, _revealed(settings.openalex_api_key))
            case "europepmc":
                return EuropePMC(fetcher, settings.contact_email)
            case "crossref":
                return Crossref(fetcher, settings.contact_email)
            case "semanticscholar":
                return SemanticScholar(fetcher, _revealed(settings.semantic_scholar_api_key))
            case "arxiv":
                return Arxiv(fetcher)
            case "wikipedia":
                return Wikipedia(fetcher)
            case "tavily":
                key = _revealed(settings.tavily_api_key)
                return Tavily(fetcher, self.reader, key) if key else None
            case "searxng":
                return await self._searxng() if settings.searxng_url else None
        raise SettingError(f'"{name}" is no provider; known are {", ".join(PROVIDERS)}')

    async def _searxng(self) -> SearXNG:
        """With a client of its own, since the instance may lie in a private network.

        That client follows no redirect and is used for nothing else, so that no page and no
        question can reach the network through it.
        """
        url = self.settings.searxng_url
        try:
            place = endpoint(httpx2.URL(url))
        except httpx2.InvalidURL:
            raise SettingError(f"SEARXNG_URL: {url} is not a URL") from None
        client = open_fetcher(self.settings, rules=AddressRules([place]), max_redirects=0)
        return SearXNG(await self.stack.enter_async_context(client), url)


def open_fetcher(
    settings: Settings, rules: AddressRules | None = None, max_redirects: int = 5
) -> Fetcher:
    """A client of the web as the settings describe it; its answers are kept as they say."""
    return Fetcher(
        contact=settings.contact_email,
        cache=_revealed(settings.cache_url) or settings.data_dir / "web.sqlite3",
        rules=rules,
        fresh_for=round(settings.cache_hours * 3600),
        max_bytes=settings.max_document_mb << 20,
        max_redirects=max_redirects,
        network=Network.of(settings),
    )


async def connect(
    context: ProviderContext, sources: str | None = None
) -> tuple[list[Provider], list[ProviderFailure]]:
    """The connectors that are asked for, and what is missing for the rest of them.

    Args:
        context: to make them with.
        sources: names with commas between, "all" or "none"; those of the settings where None.

    Raises:
        SettingError: a name is not known.
    """
    wanted = (context.settings.sources if sources is None else sources).strip().lower()
    if wanted == "none":
        return [], []
    names = PROVIDERS if wanted == "all" else [n.strip() for n in wanted.split(",") if n.strip()]
    connectors: list[Provider] = []
    missing: list[ProviderFailure] = []
    for name in dict.fromkeys(names):
        connector = await context.connector(name)
        if connector is not None:
            connectors.append(connector)
        elif wanted != "all":
            missing.append(ProviderFailure(name, NEEDS[name]))
    return connectors, missing


def _revealed(secret: SecretStr | None) -> str:
    return secret.get_secret_value().strip() if secret else ""
