"""The providers of literature that the pages offer."""

from __future__ import annotations

from typing import NamedTuple

from virtual_lab.settings import Settings
from virtual_lab.sources.registry import NEEDS, PROVIDERS

_NAMES = {
    "openalex": "OpenAlex",
    "europepmc": "Europe PMC",
    "crossref": "Crossref",
    "semanticscholar": "Semantic Scholar",
    "arxiv": "arXiv",
    "wikipedia": "Wikipedia",
    "tavily": "Tavily",
    "searxng": "SearXNG",
}


class ProviderChoice(NamedTuple):
    """A provider; ``lacks`` is the setting that it needs and that is not there ("" if none), and
    ``is_default`` whether runs search it where nothing else is asked for."""

    id: str
    name: str
    lacks: str
    is_default: bool


def offered(settings: Settings) -> list[ProviderChoice]:
    """All providers."""
    there = {"tavily": settings.tavily_api_key, "searxng": settings.searxng_url}
    named = settings.sources.replace(" ", "").lower().split(",")
    providers = []
    for name in PROVIDERS:
        lacks = NEEDS[name].partition(" ")[0] if name in NEEDS and not there[name] else ""
        default = not lacks and ("all" in named or name in named)
        providers.append(ProviderChoice(name, _NAMES.get(name, name), lacks, default))
    return providers
