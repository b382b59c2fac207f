"""The online search: it asks the providers of literature and reads the pages that a person names.

It brings the client of the web along, so it is imported by runs that search online only.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from virtual_lab.domain import Question
from virtual_lab.lab.online_search import SearchOutcome
from virtual_lab.library.index import DocumentIndex
from virtual_lab.settings import Settings
from virtual_lab.sources.search import (
    Excluded,
    ProviderSearch,
    SearchResult,
    add_to_index,
    open_provider_search,
)

_NAMED = 3  # titles that are named of those left out for one reason
_MAX_TITLE = 80


class IndexingSearch:
    """Searches online, and puts what it finds into the index."""

    def __init__(self, online: ProviderSearch, index: DocumentIndex) -> None:
        self._online = online
        self._index = index

    async def search(self, queries: Sequence[str], limit: int, collection: str) -> SearchOutcome:
        """As ``OnlineSearch`` says."""
        gathered: SearchResult = await self._online.search(queries, limit)
        await asyncio.to_thread(add_to_index, self._index, gathered, collection)
        return SearchOutcome(
            sum(bool(item.passages) for item in gathered.found),
            (*map(str, gathered.failures), *left_out(gathered.excluded)),
        )


@asynccontextmanager
async def open_indexing_search(
    settings: Settings, question: Question, sources: str, index: DocumentIndex
) -> AsyncIterator[IndexingSearch]:
    """The online search of one run; its connections are closed on leaving.

    Raises:
        SettingError: a provider is not known, or the source policy cannot be read.
    """
    async with open_provider_search(settings, sources, question.urls, question.admission) as online:
        yield IndexingSearch(online, index)


def left_out(excluded: Sequence[Excluded]) -> list[str]:
    """A line for each reason, with the first titles and how many more there are."""
    titles: dict[str, list[str]] = {}
    for source, reason in excluded:
        titles.setdefault(reason, []).append(_short(source.title))
    return [f"{reason}: {_listed(names)}" for reason, names in titles.items()]


def _listed(names: Sequence[str]) -> str:
    more = f" (+{len(names) - _NAMED})" if len(names) > _NAMED else ""
    return " / ".join(names[:_NAMED]) + more


def _short(title: str) -> str:
    words = " ".join(title.split())
    return words if len(words) <= _MAX_TITLE else f"{words[: _MAX_TITLE - 1].rstrip()}…"
