"""The retry: how often something is tried, and how long the pauses between are.

It is for what passes within seconds or minutes, and is carried by tenacity. What may take hours,
such as a webhook, is kept in the store with the time of its next attempt and survives a restart.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from math import inf
from typing import Any, NamedTuple

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    Retrying,
    retry_if_exception_type,
)

_SHARE_OF_PAUSE = 0.1  # added to what a server asked for, so that not all come back at once


class PassingError(Exception):
    """An attempt failed where a later one may succeed.

    ``retry_after_s`` is how long the other side asks to be left alone; None where it does not.
    """

    def __init__(self, message: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Retry(NamedTuple):
    """How often something is tried while it raises ``PassingError``; times are in seconds.

    Args:
        attempts: how many there are at most.
        first_pause_s: before the second attempt; each later pause is twice as long.
        longest_pause_s: where the other side asks for none.
        jitter: the share of a pause that is left to chance, so that workers spread.
        patience_s: it is given up where a longer pause would be needed.
        all_s: it is given up where the next attempt would begin later than this.
    """

    attempts: int
    first_pause_s: float
    longest_pause_s: float
    jitter: float = 0.5
    patience_s: float = inf
    all_s: float = inf

    def calling(self) -> Retrying:
        """What calls a function again and again; gives its value, or raises its last error."""
        return Retrying(**self._options())

    def awaiting(self, before_pause: Callable[[Any], Awaitable[None]]) -> AsyncRetrying:
        """The same for a coroutine function; ``before_pause`` is given the error before each
        pause, and awaited."""

        async def before_sleep(state: RetryCallState) -> None:
            await before_pause(_failure(state))

        return AsyncRetrying(**self._options(), before_sleep=before_sleep)

    def _options(self) -> dict[str, Any]:
        return {
            "retry": retry_if_exception_type(PassingError),
            "stop": self._is_over,
            "wait": self._pause,
            "reraise": True,
        }

    def _is_over(self, state: RetryCallState) -> bool:
        begins_after_s = (state.seconds_since_start or 0.0) + state.upcoming_sleep
        return (
            state.attempt_number >= self.attempts
            or state.upcoming_sleep > self.patience_s
            or begins_after_s > self.all_s
        )

    def _pause(self, state: RetryCallState) -> float:
        """What the other side asked for, else ever longer."""
        longest = min(self.longest_pause_s, self.first_pause_s * 2.0 ** (state.attempt_number - 1))
        pause = longest * random.uniform(1 - self.jitter, 1)  # noqa: S311  no secret
        asked = _failure(state).retry_after_s
        if asked is None:
            return pause
        return asked + (_SHARE_OF_PAUSE * pause if self.jitter else 0.0)


def _failure(state: RetryCallState) -> PassingError:
    failure = state.outcome.exception() if state.outcome else None
    assert isinstance(failure, PassingError)  # noqa: S101 - nothing else is tried again
    return failure
