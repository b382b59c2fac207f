"""The settings say which providers are searched."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.replay import ReplayServer, Reply
from virtual_lab.documents.sandbox import DocumentReader
from virtual_lab.errors import ForbiddenAddressError, SettingError, UnusableAnswerError
from virtual_lab.settings import Settings
from virtual_lab.sources.declaration import ProviderContext
from virtual_lab.sources.fulltext import FullTextReader
from virtual_lab.sources.http import Fetcher
from virtual_lab.sources.provider import DoiRegistry
from virtual_lab.sources.registry import connect, providers


@pytest.fixture
def documents() -> Iterator[DocumentReader]:
    with DocumentReader() as reader:
        yield reader


def names(
    documents: DocumentReader, asked: str | None, **values: Any
) -> tuple[list[str], list[str]]:
    """The names of the connectors, and the lines on what is missing."""

    async def run() -> tuple[list[str], list[str]]:
        settings = Settings(_env_file=None, **values)
        async with AsyncExitStack() as stack:
            fetcher = await stack.enter_async_context(Fetcher.of(settings))
            context = ProviderContext(settings, fetcher, FullTextReader(fetcher, documents), stack)
            connectors, missing = await connect(context, asked)
            return [c.name for c in connectors], [str(failure) for failure in missing]

    return asyncio.run(run())


def test_all_are_those_that_are_configured(
    tmp_path: Path, documents: DocumentReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TAVILY_API_KEY", raising=False)
    monkeypatch.delenv("SEARXNG_URL", raising=False)
    keyless = [provider.name for provider in providers() if not provider.needs]
    everybody = [provider.name for provider in providers()]
    assert len(everybody) == len(keyless) + 2 == 8
    assert names(documents, "all", data_dir=tmp_path) == (keyless, [])
    assert names(documents, None, data_dir=tmp_path, sources="all") == (keyless, [])
    assert names(documents, None, data_dir=tmp_path) == ([], [])
    monkeypatch.setenv("TAVILY_API_KEY", "k")
    monkeypatch.setenv("SEARXNG_URL", "http://localhost:8888")
    assert names(documents, "all", data_dir=tmp_path) == (everybody, [])


def test_those_that_are_named_say_what_they_lack(
    tmp_path: Path, documents: DocumentReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TAVILY_API_KEY", raising=False)
    chosen = names(documents, "Crossref, tavily,crossref", data_dir=tmp_path)
    assert chosen == (["crossref"], ["tavily: TAVILY_API_KEY is not set"])
    assert names(documents, "none", data_dir=tmp_path) == ([], [])
    assert names(documents, None, data_dir=tmp_path, sources="arxiv") == (["arxiv"], [])
    with pytest.raises(SettingError, match=r'"google" is no provider; known are openalex, '):
        names(documents, "google", data_dir=tmp_path)


def test_a_searxng_of_ones_own_opens_no_way_in(
    tmp_path: Path, server: ReplayServer, documents: DocumentReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARXNG_URL", server.url)
    away = Reply(status=302, headers={"Location": "/internal"})
    server.on("/search", Reply(b'{"results": []}', headers={"Cache-Control": "no-store"}), away)

    async def run() -> None:
        settings = Settings(_env_file=None, data_dir=tmp_path)
        async with AsyncExitStack() as stack:
            fetcher = await stack.enter_async_context(Fetcher.of(settings))
            context = ProviderContext(settings, fetcher, FullTextReader(fetcher, documents), stack)
            (searxng,), _ = await connect(context, "searxng")
            assert await searxng.search("soy", 1) == []
            with pytest.raises(UnusableAnswerError):
                await searxng.search("pea", 1)
            with pytest.raises(ForbiddenAddressError):
                await fetcher.get(server.url + "/search")

    asyncio.run(run())
    assert server.count("/internal") == 0


def test_the_registries_are_known_as_such() -> None:
    from virtual_lab.sources.providers.crossref import Crossref
    from virtual_lab.sources.providers.wikipedia import Wikipedia

    assert issubclass(Crossref, DoiRegistry)
    assert not issubclass(Wikipedia, DoiRegistry)
