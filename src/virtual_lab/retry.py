"""The retry: how often a call is tried, and how long the pauses between are.

It is for failures that end within seconds or minutes, and uses tenacity. What may take hours, such
as a webhook, is stored with the time of its next attempt, so that it survives a restart.
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

# This share of a random pause is added to what a server asked for, to spread the workers.
_SHARE_OF_PAUSE = 0.1


class TransientError(Exception):
    """An attempt failed, but a later one may succeed.

    Args:
        message: what happened.
        retry_after_s: how many seconds the server asks to wait; None where it does not.
    """

    def __init__(self, message: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Retry(NamedTuple):
    """How often a call is tried while it raises ``TransientError``; times are in seconds.

    Args:
        attempts: the most attempts.
        first_pause_s: the pause before the second attempt; each later one is twice as long.
        longest_pause_s: the longest pause where the server does not ask for one.
        jitter: the share of a pause that is random, so that workers do not retry together.
        patience_s: where a longer pause is needed, there is no further attempt.
        all_s: no attempt begins later than this after the first.
    """

    attempts: int
    first_pause_s: float
    longest_pause_s: float
    jitter: float = 0.5
    patience_s: float = inf
    all_s: float = inf

    def caller(self) -> Retrying:
        """A caller of functions, which gives the value of a function or raises its last error."""
        return Retrying(**self._options())

    def async_caller(self, before_pause: Callable[[Any], Awaitable[None]]) -> AsyncRetrying:
        """A caller of coroutine functions; before each pause it awaits ``before_pause`` with the
        error."""

        async def before_sleep(state: RetryCallState) -> None:
            await before_pause(_failure(state))

        return AsyncRetrying(**self._options(), before_sleep=before_sleep)

    def _options(self) -> dict[str, Any]:
        return {
            "retry": retry_if_exception_type(TransientError),
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
        """The next pause in seconds: what the server asked for, else twice the last one."""
        longest = min(self.longest_pause_s, self.first_pause_s * 2.0 ** (state.attempt_number - 1))
        pause = longest * random.uniform(1 - self.jitter, 1)  # noqa: S311  no secret
        asked = _failure(state).retry_after_s
        if asked is None:
            return pause
        return asked + (_SHARE_OF_PAUSE * pause if self.jitter else 0.0)


def _failure(state: RetryCallState) -> TransientError:
    failure = state.outcome.exception() if state.outcome else None
    assert isinstance(failure, TransientError)  # noqa: S101 - other errors are not retried
    return failure
