"""The indexing search: an online search that adds what it finds to the library.

It searches the providers of literature, and reads the pages that the question names. It loads the
HTTP client, so only runs with an online search import it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from virtual_lab.domain import Language, Question
from virtual_lab.lab.online_search import SearchOutcome
from virtual_lab.lab.run import report_language
from virtual_lab.library.index import DocumentIndex
from virtual_lab.messages import say
from virtual_lab.settings import Settings
from virtual_lab.sources.search import (
    Excluded,
    ProviderSearch,
    SearchResult,
    add_to_index,
    open_provider_search,
)

_TITLES_PER_REASON = 3
_LONGEST_TITLE = 80


class IndexingSearch:
    """Searches online, and adds what it finds to the index; failures are told in ``language``."""

    def __init__(self, online: ProviderSearch, index: DocumentIndex, language: Language) -> None:
        self._online = online
        self._index = index
        self._language = language

    async def search(self, queries: Sequence[str], limit: int, collection: str) -> SearchOutcome:
        """See ``OnlineSearch.search``."""
        gathered: SearchResult = await self._online.search(queries, limit)
        await asyncio.to_thread(add_to_index, self._index, gathered, collection)
        return SearchOutcome(
            sum(bool(item.passages) for item in gathered.found),
            (
                *(failure.as_message().text(self._language) for failure in gathered.failures),
                *lines_of_excluded(gathered.excluded, self._language),
            ),
        )


@asynccontextmanager
async def open_indexing_search(
    settings: Settings, question: Question, sources: str, index: DocumentIndex
) -> AsyncIterator[IndexingSearch]:
    """The online search of one run; its connections are closed at the exit.

    Raises:
        SettingError: a provider is not known, or the source policy cannot be read.
    """
    async with open_provider_search(settings, sources, question.urls, question.admission) as online:
        yield IndexingSearch(online, index, report_language(question))


def lines_of_excluded(excluded: Sequence[Excluded], language: Language) -> list[str]:
    """A line for each reason why sources were excluded, with some of their titles."""
    titles: dict[str, list[str]] = {}
    for source, reason in excluded:
        titles.setdefault(reason.text(language), []).append(_short(source.title))
    return [
        say("source.excluded", language, reason=reason, titles=_listed(names))
        for reason, names in titles.items()
    ]


def _listed(names: Sequence[str]) -> str:
    rest = len(names) - _TITLES_PER_REASON
    return " / ".join(names[:_TITLES_PER_REASON]) + (f" (+{rest})" if rest > 0 else "")


def _short(title: str) -> str:
    words = " ".join(title.split())
    return words if len(words) <= _LONGEST_TITLE else f"{words[: _LONGEST_TITLE - 1].rstrip()}…"
