"""The session with one provider within a run: its answers, and whether it is paused."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import NamedTuple

from virtual_lab.errors import FetchError, RefusedRequestError, UnreachableHostError
from virtual_lab.messages import Message
from virtual_lab.sources.provider import Provider, SourceRecord
from virtual_lab.text.language import detect_language

PAUSE_S = 60.0
"""How long a provider is not asked after it could not be reached or asked to wait."""

_PAUSING_STATUSES = frozenset({401, 403, 429, 503})
_log = logging.getLogger(__name__)


class ProviderFailure(NamedTuple):
    """A provider that did not answer all queries. The reason never repeats a provider's words."""

    provider: str
    reason: Message

    def as_message(self) -> Message:
        """The provider and the reason, in any language."""
        return Message.of("source.failure", provider=self.provider, reason=self.reason)

    def __str__(self) -> str:
        return self.as_message().text()


class ProviderResult(NamedTuple):
    """The result of some queries: a ranking for each that was answered, and why others were not."""

    rankings: tuple[tuple[SourceRecord, ...], ...]
    failure: ProviderFailure | None = None


class ProviderSession:
    """Sends the queries of a run to one provider, one after the other.

    Each query is sent once: specialists who ask the same share the answer.

    Args:
        connector: the connector to the provider.
        deadline: seconds for all queries of one call together.
    """

    def __init__(self, connector: Provider, deadline: float) -> None:
        self._connector = connector
        self._deadline = deadline
        self._lock = asyncio.Lock()
        self._answers: dict[tuple[str, int], tuple[SourceRecord, ...]] = {}
        self._pause: tuple[float, FetchError] | None = None

    @property
    def unreachable(self) -> str:
        """The host that could not be reached by the last query; "" where it was reached."""
        error = self._pause[1] if self._pause else None
        return error.detail if isinstance(error, UnreachableHostError) else ""

    async def ask(self, queries: Sequence[str], limit: int) -> ProviderResult:
        """Send the queries whose language the provider understands; it never raises."""
        understood = [query for query in queries if self._understands(query)]
        rankings: list[tuple[SourceRecord, ...]] = []
        reason: Message | None = None
        try:
            async with asyncio.timeout(self._deadline):
                reason = await self._ask_all(understood, limit, rankings)
        except TimeoutError:
            reason = Message.of("source.late", seconds=f"{self._deadline:g}")
        except Exception as error:
            # An error in a connector is a bug, but the run can continue without the provider.
            _log.exception("connector %s failed", self._connector.name)
            reason = Message.of("source.failed", kind=type(error).__name__)
        if reason is None:
            return ProviderResult(tuple(rankings))
        if rankings:
            reason = Message.of(
                "source.partly", reason=reason, answered=len(rankings), asked=len(understood)
            )
        return ProviderResult(tuple(rankings), ProviderFailure(self._connector.name, reason))

    async def _ask_all(
        self, queries: Sequence[str], limit: int, rankings: list[tuple[SourceRecord, ...]]
    ) -> Message | None:
        """Send the queries and add to ``rankings``; gives the last reason for a failure."""
        reason = None
        for query in queries:
            async with self._lock:
                try:
                    rankings.append(await self._answer(query, limit))
                except FetchError as error:
                    reason = error.as_message()
        return reason

    async def _answer(self, query: str, limit: int) -> tuple[SourceRecord, ...]:
        known = self._answers.get((query, limit))
        if known is not None:
            return known
        if self._pause and time.monotonic() < self._pause[0]:
            raise self._pause[1]
        self._pause = None
        try:
            answer = tuple(await self._connector.search(query, limit))
        except FetchError as error:
            if _needs_pause(error):
                self._pause = (time.monotonic() + PAUSE_S, error)
            raise
        self._answers[query, limit] = answer
        return answer

    def _understands(self, query: str) -> bool:
        languages = self._connector.languages
        return not languages or detect_language(query) in languages


def _needs_pause(error: FetchError) -> bool:
    if isinstance(error, RefusedRequestError):
        return error.http_status in _PAUSING_STATUSES
    return isinstance(error, UnreachableHostError)
