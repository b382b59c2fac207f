"""Whether each provider answers, and what it would need."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from typing import NamedTuple

from virtual_lab.evidence.asking import Provider
from virtual_lab.evidence.connectors.configured import NEEDS, PROVIDERS, Desk, open_fetcher
from virtual_lab.evidence.fulltext import FullTextReader
from virtual_lab.evidence.reading import DocumentReader
from virtual_lab.settings import Settings

_QUERY = "food safety"


class Checked(NamedTuple):
    """What became of one provider: ``outcome`` is "answers", "fails" or "not configured"."""

    provider: str
    outcome: str
    detail: str = ""
    seconds: float = 0.0


async def check_sources(settings: Settings) -> list[Checked]:
    """Ask every provider for one source, side by side."""
    async with AsyncExitStack() as stack:
        fetcher = await stack.enter_async_context(open_fetcher(settings))
        documents = stack.enter_context(DocumentReader())
        desk = Desk(settings, fetcher, FullTextReader(fetcher, documents), stack)
        return list(await asyncio.gather(*(_check(desk, name) for name in PROVIDERS)))


async def _check(desk: Desk, name: str) -> Checked:
    connector = await desk.connector(name)
    if connector is None:
        return Checked(name, "not configured", NEEDS[name])
    start = time.monotonic()
    asked = await Provider(connector, desk.settings.source_timeout_s).ask([_QUERY], 1)
    seconds = time.monotonic() - start
    if asked.failure:
        return Checked(name, "fails", asked.failure.reason, seconds)
    return Checked(name, "answers", seconds=seconds)
