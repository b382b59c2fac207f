"""Gathering from the world: all providers side by side, merged, judged, read in full where open.

A run puts what was gathered into the local index (``add_to_index``); from there the passages are
found, quoted and opened like those of local documents.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import NamedTuple

from virtual_lab.documents.sandbox import DocumentReader
from virtual_lab.domain import Admission, Passage, Source, SourceKind
from virtual_lab.errors import FetchError, UnreadableDocumentError
from virtual_lab.library.index import DocumentIndex
from virtual_lab.settings import Settings
from virtual_lab.sources.declaration import ProviderContext
from virtual_lab.sources.deduplicate import merge
from virtual_lab.sources.fulltext import FullTextReader
from virtual_lab.sources.policy import Policy
from virtual_lab.sources.provider import Provider, SourceRecord
from virtual_lab.sources.provider_session import ProviderFailure, ProviderSession
from virtual_lab.sources.providers.web_page import WebPage
from virtual_lab.sources.registry import connect, open_fetcher

ONLINE = "online"
"""The collection that what was gathered goes to."""

MOST_PER_SEARCH = 25
"""Sources that one provider is asked for at once."""

_FULL_TEXT_DEADLINE_S = 30.0
_log = logging.getLogger(__name__)


class Excluded(NamedTuple):
    """A source that was found and may not be used."""

    source: Source
    reason: str


class SearchResult(NamedTuple):
    """What a search of the world brought, best first, and what it did not."""

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
        connectors: of the providers.
        reader: reads full texts; without one, abstracts are all there is.
        policy: what may be used.
        admission: what this run lets in of that.
        deadline: seconds that a provider may take for one search.
        full_texts: how many full texts are fetched for one search.
        failures: what is known beforehand to be missing; it is in every result.
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
        self._works: dict[str, asyncio.Task[SourceRecord]] = {}

    async def search(self, queries: Sequence[str], limit: int = 20) -> SearchResult:
        """Search all providers side by side.

        A provider that fails or is late is a line of ``failures``; what it had found by then
        counts. A work that was gathered before in this run is given as it was then.

        Args:
            queries: each in one language.
            limit: how many sources at the most.
        """
        as_of = datetime.now(UTC).isoformat(timespec="seconds")
        queries = list(dict.fromkeys(query for query in queries if query.strip()))
        asked = await asyncio.gather(
            *(p.ask(queries, min(limit, MOST_PER_SEARCH)) for p in self._providers)
        )
        admitted: list[SourceRecord] = []
        excluded: list[Excluded] = []
        for item in merge([ranking for a in asked for ranking in a.rankings]):
            reason = self._policy.refuse(item.source, self._admission)
            if reason:
                excluded.append(Excluded(item.source, reason))
            else:
                tier = self._policy.tier(item.source)
                admitted.append(item._replace(source=item.source.model_copy(update={"tier": tier})))
        admitted.sort(key=_has_nothing_to_read)
        return SearchResult(
            tuple(await self._completed(admitted[:limit])),
            tuple(excluded),
            (*self._failures, *(a.failure for a in asked if a.failure)),
            as_of,
        )

    async def _completed(self, items: Sequence[SourceRecord]) -> list[SourceRecord]:
        """The sources with their full texts where those are open and come in time, each once.

        Colleagues who find the same work at the same time wait for the same reading of it.
        """
        new = [item for item in items if item.source.id not in self._works]
        new.sort(key=lambda item: bool(item.passages))
        for place, item in enumerate(new):
            reading = self._complete(item, read=place < self._full_texts)
            self._works[item.source.id] = asyncio.create_task(reading)
        works = await asyncio.gather(*(self._works[item.source.id] for item in items))
        return list({work.source.id: work for work in works}.values())

    async def _complete(self, item: SourceRecord, read: bool) -> SourceRecord:
        """A source in full text where it can be had, else as it is."""
        if not read or self._reader is None:
            return item
        try:
            async with asyncio.timeout(_FULL_TEXT_DEADLINE_S):
                return await self._reader.complete(item) or item
        except (FetchError, UnreadableDocumentError, TimeoutError):
            return item
        except Exception:
            # An error in reading is an error of ours, but the run does not depend on it.
            _log.exception("reading the full text of %s failed", item.source.id)
            return item


def _has_nothing_to_read(item: SourceRecord) -> bool:
    """Whether neither an abstract nor a copy of a work is at hand: it can only be named."""
    source = item.source
    return not (item.passages or source.open_access_url or source.kind is SourceKind.WEB)


def add_to_index(index: DocumentIndex, gathered: SearchResult, collection: str = ONLINE) -> None:
    """Put the sources that have text into a collection of the index.

    A source that the index holds already stays as it is there, so that older quotes stand; take
    passages from the index, not from ``gathered``, to quote them.

    Raises:
        LibraryError: the index cannot be written.
    """
    for item in gathered.found:
        if item.passages:
            index.add_source(item.source, item.text, item.passages, collection)


@asynccontextmanager
async def open_provider_search(
    settings: Settings,
    sources: str | None = None,
    urls: Sequence[str] = (),
    admission: Admission | None = None,
) -> AsyncIterator[ProviderSearch]:
    """The search of providers that the settings describe, for one run.

    Args:
        settings: of the process.
        sources: providers for this run, in the place of those of the settings.
        urls: pages that the person names.
        admission: what this run lets in.

    Raises:
        SettingError: a provider is not known, or the source policy cannot be read.
    """
    policy = Policy.load(settings.source_policy)
    async with AsyncExitStack() as stack:
        fetcher = await stack.enter_async_context(open_fetcher(settings))
        documents = stack.enter_context(
            DocumentReader(settings.read_timeout_s, settings.max_document_mb << 20)
        )
        reader = FullTextReader(fetcher, documents)
        connectors, failures = await connect(
            ProviderContext(settings, fetcher, reader, stack), sources
        )
        yield ProviderSearch(
            [*(WebPage(reader, url) for url in urls), *connectors],
            reader,
            policy,
            admission,
            deadline=settings.source_timeout_s,
            full_texts=settings.full_texts,
            failures=failures,
        )
