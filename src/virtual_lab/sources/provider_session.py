"""One provider within one run: what it answered already, and whether it is out of reach."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import NamedTuple

from virtual_lab.errors import FetchError, RefusedRequestError, UnreachableHostError
from virtual_lab.sources.provider import Provider, SourceRecord
from virtual_lab.text.language import detect_language

PAUSE_S = 60.0
"""How long a provider is left alone that could not be reached or asked for patience."""

_LEAVE_ALONE = frozenset({401, 403, 429, 503})
_log = logging.getLogger(__name__)


class ProviderFailure(NamedTuple):
    """A provider that did not answer, or not everything. The words are this project's own: what
    a provider says of its failure goes nowhere."""

    provider: str
    reason: str

    def __str__(self) -> str:
        return f"{self.provider}: {self.reason}"


class ProviderResult(NamedTuple):
    """What became of some queries: a ranking for each that was answered."""

    rankings: tuple[tuple[SourceRecord, ...], ...]
    failure: ProviderFailure | None = None


class ProviderSession:
    """Asks one connector.

    A query is asked once; one query is asked after the other, so that colleagues who ask the same
    share the answer.

    Args:
        connector: of the provider.
        deadline: seconds for all queries of one call together.
    """

    def __init__(self, connector: Provider, deadline: float) -> None:
        self._connector = connector
        self._deadline = deadline
        self._turn = asyncio.Lock()
        self._answers: dict[tuple[str, int], tuple[SourceRecord, ...]] = {}
        self._closed: tuple[float, FetchError] | None = None

    @property
    def unreachable(self) -> str:
        """The host that could not be reached when it was asked last, "" where it could."""
        error = self._closed[1] if self._closed else None
        return error.detail if isinstance(error, UnreachableHostError) else ""

    async def ask(self, queries: Sequence[str], limit: int) -> ProviderResult:
        """Ask the queries whose language the provider understands; it never raises."""
        asked = [query for query in queries if self._understands(query)]
        rankings: list[tuple[SourceRecord, ...]] = []
        reason = ""
        try:
            async with asyncio.timeout(self._deadline):
                reason = await self._ask_all(asked, limit, rankings)
        except TimeoutError:
            reason = f"no answer within {self._deadline:g} s"
        except Exception as error:
            # An error in a connector is an error of ours, but the run does not depend on it.
            _log.exception("connector %s failed", self._connector.name)
            reason = f"it failed ({type(error).__name__})"
        if not reason:
            return ProviderResult(tuple(rankings))
        if rankings:
            reason += f" ({len(rankings)} of {len(asked)} searches answered)"
        return ProviderResult(tuple(rankings), ProviderFailure(self._connector.name, reason))

    async def _ask_all(
        self, queries: Sequence[str], limit: int, rankings: list[tuple[SourceRecord, ...]]
    ) -> str:
        """Ask one query after the other; the last reason why one was not answered."""
        reason = ""
        for query in queries:
            async with self._turn:
                try:
                    rankings.append(await self._answer(query, limit))
                except FetchError as error:
                    reason = str(error)
        return reason

    async def _answer(self, query: str, limit: int) -> tuple[SourceRecord, ...]:
        known = self._answers.get((query, limit))
        if known is not None:
            return known
        if self._closed and time.monotonic() < self._closed[0]:
            raise self._closed[1]
        self._closed = None
        try:
            answer = tuple(await self._connector.search(query, limit))
        except FetchError as error:
            if _leave_alone(error):
                self._closed = (time.monotonic() + PAUSE_S, error)
            raise
        self._answers[query, limit] = answer
        return answer

    def _understands(self, query: str) -> bool:
        languages = self._connector.languages
        return not languages or detect_language(query) in languages


def _leave_alone(error: FetchError) -> bool:
    if isinstance(error, RefusedRequestError):
        return error.http_status in _LEAVE_ALONE
    return isinstance(error, UnreachableHostError)
