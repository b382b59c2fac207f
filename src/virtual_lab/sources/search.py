"""The online search: asks all providers, merges what they find, and reads open full texts.

A run adds the sources to the local index (``add_to_index``), where their passages are searched,
quoted and opened like those of local documents.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import NamedTuple

from virtual_lab.domain import Admission, Passage, Source, SourceKind
from virtual_lab.errors import FetchError, UnreadableDocumentError
from virtual_lab.library.index import DocumentIndex
from virtual_lab.messages import Message
from virtual_lab.settings import Settings
from virtual_lab.sources.deduplicate import merge
from virtual_lab.sources.fulltext import FullTextReader
from virtual_lab.sources.policy import Policy
from virtual_lab.sources.provider import Provider, SourceRecord
from virtual_lab.sources.provider_session import ProviderFailure, ProviderSession
from virtual_lab.sources.providers.web_page import WebPage
from virtual_lab.sources.registry import connect, open_provider_context

ONLINE = "online"
"""The collection for sources that were found online."""

MOST_PER_SEARCH = 25
"""The most sources that one provider is asked for by one query."""

_FULL_TEXT_DEADLINE_S = 30.0
_log = logging.getLogger(__name__)


class Excluded(NamedTuple):
    """A source that was found but may not be used, and why."""

    source: Source
    reason: Message


class SearchResult(NamedTuple):
    """The result of an online search.

    Attributes:
        found: the sources with their texts, best first.
        excluded: the sources that may not be used.
        failures: the providers that did not answer.
        as_of: the time of the search, in ISO 8601.
    """

    found: tuple[SourceRecord, ...]
    excluded: tuple[Excluded, ...]
    failures: tuple[ProviderFailure, ...]
    as_of: str

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources, with and without text."""
        return tuple(item.source for item in self.found)

    @property
    def passages(self) -> tuple[Passage, ...]:
        """The passages of all sources."""
        return tuple(passage for item in self.found for passage in item.passages)


class ProviderSearch:
    """Searches providers for the specialists of one run.

    Args:
        connectors: the connectors to the providers.
        reader: reads full texts; without it there are only abstracts.
        policy: which sources may be used.
        admission: further restrictions of this run.
        deadline: seconds that a provider may take for one search.
        full_texts: how many full texts are fetched for one search.
        failures: providers that cannot be asked; they are part of every result.
    """

    def __init__(
        self,
        connectors: Sequence[Provider],
        reader: FullTextReader | None = None,
        policy: Policy | None = None,
        admission: Admission | None = None,
        *,
        deadline: float = 15.0,
        full_texts: int = 5,
        failures: Sequence[ProviderFailure] = (),
    ) -> None:
        self._providers = [ProviderSession(connector, deadline) for connector in connectors]
        self._reader = reader
        self._policy = policy or Policy.load()
        self._admission = admission
        self._full_texts = full_texts
        self._failures = tuple(failures)
        self._tasks: dict[str, asyncio.Task[SourceRecord]] = {}

    async def search(self, queries: Sequence[str], limit: int = 20) -> SearchResult:
        """Search all providers at the same time; it raises nothing where providers fail.

        What a provider found before it failed or was late is used. A work that this run found
        before is given as it was then.

        Args:
            queries: the queries, each in one language.
            limit: how many sources at most.
        """
        as_of = datetime.now(UTC).isoformat(timespec="seconds")
        queries = list(dict.fromkeys(query for query in queries if query.strip()))
        results = await asyncio.gather(
            *(p.ask(queries, min(limit, MOST_PER_SEARCH)) for p in self._providers)
        )
        admitted: list[SourceRecord] = []
        excluded: list[Excluded] = []
        for item in merge([ranking for a in results for ranking in a.rankings]):
            reason = self._policy.refuse(item.source, self._admission)
            if reason:
                excluded.append(Excluded(item.source, reason))
            else:
                tier = self._policy.tier(item.source)
                admitted.append(item._replace(source=item.source.model_copy(update={"tier": tier})))
        admitted.sort(key=_has_nothing_to_read)
        return SearchResult(
            tuple(await self._with_full_texts(admitted[:limit])),
            tuple(excluded),
            (*self._failures, *(a.failure for a in results if a.failure)),
            as_of,
        )

    async def _with_full_texts(self, items: Sequence[SourceRecord]) -> list[SourceRecord]:
        """The records with their full texts, where these are open and come in time, each once.

        Specialists who find the same work at the same time wait for the same task.
        """
        new = [item for item in items if item.source.id not in self._tasks]
        new.sort(key=lambda item: bool(item.passages))
        for place, item in enumerate(new):
            task = self._complete(item, read=place < self._full_texts)
            self._tasks[item.source.id] = asyncio.create_task(task)
        records = await asyncio.gather(*(self._tasks[item.source.id] for item in items))
        return list({work.source.id: work for work in records}.values())

    async def _complete(self, item: SourceRecord, read: bool) -> SourceRecord:
        """A record with its full text; unchanged where there is none."""
        if not read or self._reader is None:
            return item
        try:
            async with asyncio.timeout(_FULL_TEXT_DEADLINE_S):
                return await self._reader.complete(item) or item
        except (FetchError, UnreadableDocumentError, TimeoutError):
            return item
        except Exception:
            # An error in reading is a bug, but the run can continue with the abstract.
            _log.exception("reading the full text of %s failed", item.source.id)
            return item


def _has_nothing_to_read(item: SourceRecord) -> bool:
    """Whether a work has neither an abstract nor a copy, so that it can be named but not quoted."""
    source = item.source
    return not (item.passages or source.open_access_url or source.kind is SourceKind.WEB)


def add_to_index(index: DocumentIndex, result: SearchResult, collection: str = ONLINE) -> None:
    """Add the sources that have text to a collection of the index.

    A source that the index holds already is left unchanged, so that older quotes remain valid; so
    quote passages from the index, not from ``result``.

    Raises:
        LibraryError: the index cannot be written.
    """
    for item in result.found:
        if item.passages:
            index.add_source(item.source, item.text, item.passages, collection)


@asynccontextmanager
async def open_provider_search(
    settings: Settings,
    sources: str | None = None,
    urls: Sequence[str] = (),
    admission: Admission | None = None,
) -> AsyncIterator[ProviderSearch]:
    """The online search of one run.

    Args:
        settings: the settings of the process.
        sources: the providers of this run; those of the settings where None.
        urls: pages that the user names.
        admission: further restrictions of this run.

    Raises:
        SettingError: a provider is unknown, or the source policy cannot be read.
    """
    policy = Policy.load(settings.source_policy)
    async with open_provider_context(settings) as context:
        connectors, failures = await connect(context, sources)
        yield ProviderSearch(
            [*(WebPage(context.reader, url) for url in urls), *connectors],
            context.reader,
            policy,
            admission,
            deadline=settings.source_timeout_s,
            full_texts=settings.full_texts,
            failures=failures,
        )
