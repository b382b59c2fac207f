"""What a run spends: tokens, money and time, against its budget."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

from virtual_lab.domain import Budget, Question, Usage
from virtual_lab.settings import Settings

LAND_AT = 0.8
"""The share of a budget from which no further round is opened."""


class BudgetLimit(StrEnum):
    """What a budget limits."""

    TOKENS = "tokens"
    COST = "cost"
    MINUTES = "minutes"


class SpentError(Exception):
    """The budget does not allow a call; ``limit`` says which part of it is spent."""

    def __init__(self, limit: BudgetLimit) -> None:
        super().__init__(limit.value)
        self.limit = limit


class Meter:
    """Counts what one run spends. ``estimate`` is what a full run was expected to spend.

    Args:
        budget: the most it may spend; what is None has no limit.
        spent: what the run spent before it was cut off and taken up again.
        clock: seconds on a clock that only goes forward.
    """

    def __init__(
        self,
        budget: Budget | None = None,
        spent: Usage | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.budget = budget or Budget()
        self.usage = spent or Usage()
        self.estimate: Usage | None = None
        self._reserved = 0
        self._clock = clock
        self._began = clock()

    def add(self, usage: Usage) -> None:
        """Count one call."""
        self.usage = add_usage(self.usage, usage)

    @contextmanager
    def reserving(self, tokens: int) -> Iterator[None]:
        """Count ``tokens`` as spent until the exit: calls side by side must not share a rest.

        Raises:
            SpentError: the budget has no room for them.
        """
        if limit := self.reached(1.0, more_tokens=tokens):
            raise SpentError(limit)
        self._reserved += tokens
        try:
            yield
        finally:
            self._reserved -= tokens

    def reached(self, share: float, more_tokens: int = 0) -> BudgetLimit | None:
        """The first limit of which ``share`` is spent, with ``more_tokens`` on top; else None."""
        budget = self.budget
        tokens = self.usage.tokens + self._reserved + more_tokens
        if budget.tokens and tokens >= share * budget.tokens:
            return BudgetLimit.TOKENS
        if budget.cost and (self.usage.cost or 0.0) >= share * budget.cost:
            return BudgetLimit.COST
        if budget.minutes and self.minutes >= share * budget.minutes:
            return BudgetLimit.MINUTES
        return None

    def outlook(self) -> dict[str, Any]:
        """The estimate of the run and its budget, as JSON; empty where no model takes part."""
        if self.estimate is None:
            return {}
        return {
            "estimate": self.estimate.model_dump(),
            "budget": self.budget.model_dump(),
        }

    @property
    def minutes(self) -> float:
        """Minutes since this attempt at the run began."""
        return (self._clock() - self._began) / 60

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the time is spent; None where it has no limit."""
        if self.budget.minutes is None:
            return None
        return max(0.0, 60 * (self.budget.minutes - self.minutes))


def add_usage(first: Usage, second: Usage) -> Usage:
    """Both together; the cost is known where that of all their calls is."""
    costs = [usage.cost for usage in (first, second) if usage.calls]
    return Usage(
        calls=first.calls + second.calls,
        prompt_tokens=first.prompt_tokens + second.prompt_tokens,
        completion_tokens=first.completion_tokens + second.completion_tokens,
        cost=None if None in costs else sum(cost for cost in costs if cost is not None),
    )


def budget_of(question: Question, settings: Settings) -> Budget:
    """The budget of the question, with the settings' where it names none; 0 is no limit."""
    asked = question.budget
    return Budget(
        tokens=(settings.max_tokens if asked.tokens is None else asked.tokens) or None,
        cost=(settings.max_cost if asked.cost is None else asked.cost) or None,
        minutes=(settings.max_minutes if asked.minutes is None else asked.minutes) or None,
    )
