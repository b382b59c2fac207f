"""The limiter: limits the calls of a model at a time and in a minute."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import NamedTuple, Protocol

from virtual_lab.settings import Settings

WINDOW_S = 60.0
"""The time over which requests and tokens are counted."""


class Limits(NamedTuple):
    """The limits of one model; None means no limit."""

    concurrent: int = 16
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None


def limits_of(settings: Settings) -> Limits:
    """The limits of every model, over all workers."""
    return Limits(
        settings.concurrent_calls, settings.requests_per_minute, settings.tokens_per_minute
    )


class Limiter(Protocol):
    """Delays calls until the limits allow them."""

    def admit(self, model: str, tokens: int) -> AbstractAsyncContextManager[None]:
        """Wait until a call of about ``tokens`` may begin; the call ends at the exit."""

    async def hold(self, model: str, seconds: float) -> None:
        """Begin no further call of the model for so many seconds, as its server asked."""


class ProcessLimiter:
    """A limiter for the calls of one event loop."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._semaphores: dict[str, asyncio.Semaphore] = {}
        self._recent_calls: dict[str, deque[tuple[float, int]]] = {}
        self._held_until: dict[str, float] = {}

    @asynccontextmanager
    async def admit(self, model: str, tokens: int) -> AsyncIterator[None]:
        """See ``Limiter``."""
        semaphore = self._semaphores.setdefault(model, asyncio.Semaphore(self._limits.concurrent))
        async with semaphore:
            while wait := self._wait(model, tokens):  # noqa: ASYNC110  only time ends it
                await asyncio.sleep(wait)
            self._recent_calls.setdefault(model, deque()).append((self._clock(), tokens))
            yield

    async def hold(self, model: str, seconds: float) -> None:
        """See ``Limiter``."""
        until = self._clock() + seconds
        self._held_until[model] = max(until, self._held_until.get(model, 0.0))

    def _wait(self, model: str, tokens: int) -> float:
        """Seconds until a call may begin; 0 where it may now."""
        now = self._clock()
        held = self._held_until.get(model, 0.0) - now
        if held > 0:
            return held
        recent = self._recent_calls.setdefault(model, deque())
        while recent and recent[0][0] <= now - WINDOW_S:
            recent.popleft()
        requests, most = self._limits.requests_per_minute, self._limits.tokens_per_minute
        full = requests is not None and len(recent) >= requests
        heavy = most is not None and bool(recent) and sum(t for _, t in recent) + tokens > most
        return max(0.001, recent[0][0] + WINDOW_S - now) if full or heavy else 0.0
