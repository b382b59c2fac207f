"""The registry of installed providers, and the connectors to those that a run uses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from virtual_lab import plugins
from virtual_lab.documents.sandbox import DocumentReader
from virtual_lab.errors import SettingError
from virtual_lab.messages import Message
from virtual_lab.settings import Settings
from virtual_lab.sources.declaration import ProviderContext, ProviderDeclaration, Trust
from virtual_lab.sources.fulltext import FullTextReader
from virtual_lab.sources.http import Fetcher
from virtual_lab.sources.provider import Provider
from virtual_lab.sources.provider_session import ProviderFailure


def providers() -> tuple[ProviderDeclaration, ...]:
    """All providers, the built-in ones first."""
    return plugins.declared(ProviderDeclaration)


def names() -> tuple[str, ...]:
    """The names of all providers."""
    return tuple(provider.name for provider in providers())


def trust_in(name: str) -> Trust:
    """The trust in a provider; the lowest for one that is not installed."""
    return next((provider.trust for provider in providers() if provider.name == name), Trust())


@asynccontextmanager
async def open_provider_context(settings: Settings) -> AsyncIterator[ProviderContext]:
    """What connectors are made from; all connections are closed at the exit."""
    async with AsyncExitStack() as stack:
        fetcher = await stack.enter_async_context(Fetcher.of(settings))
        documents = stack.enter_context(
            DocumentReader(settings.read_timeout_s, settings.max_document_mb << 20)
        )
        yield ProviderContext(settings, fetcher, FullTextReader(fetcher, documents), stack)


async def connect(
    context: ProviderContext, sources: str | None = None
) -> tuple[list[Provider], list[ProviderFailure]]:
    """The connectors of the wanted providers, and those providers that lack a setting.

    Args:
        context: what the connectors are made from.
        sources: names separated by commas, "all" or "none"; those of the settings where None. With
            "all", providers that lack a setting are left out silently.

    Raises:
        SettingError: a name is unknown.
    """
    wanted = (context.settings.sources if sources is None else sources).strip().lower()
    if wanted == "none":
        return [], []
    chosen = names() if wanted == "all" else [n.strip() for n in wanted.split(",") if n.strip()]
    connectors: list[Provider] = []
    missing: list[ProviderFailure] = []
    for provider in [_provider(name) for name in dict.fromkeys(chosen)]:
        lacking = provider.lacks(context.settings)
        if not lacking:
            connectors.append(await provider.make(context))
        elif wanted != "all":
            missing.append(ProviderFailure(provider.name, not_set(lacking)))
    return connectors, missing


def not_set(variable: str) -> Message:
    """The reason for a failure where a provider lacks a setting."""
    return Message.of("source.not_set", variable=variable)


def _provider(name: str) -> ProviderDeclaration:
    for provider in providers():
        if provider.name == name:
            return provider
    raise SettingError("setting.unknown_provider", name=name, known=plugins.in_words(names()))
