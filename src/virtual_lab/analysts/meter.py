"""The meter: counts the tokens, the money and the time that a run spends of its budget."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

from virtual_lab.domain import Budget, Question, Usage
from virtual_lab.settings import Settings

LAST_ROUND_SHARE = 0.8
"""When this share of the budget is spent, no further round begins."""


class BudgetLimit(StrEnum):
    """What a budget limits."""

    TOKENS = "tokens"
    COST = "cost"
    MINUTES = "minutes"


class SpentError(Exception):
    """The budget does not allow a further call; ``limit`` says which part of it is spent."""

    def __init__(self, limit: BudgetLimit) -> None:
        super().__init__(limit.value)
        self.limit = limit


class Meter:
    """Counts what one run spends.

    Args:
        budget: the most that the run may spend; a field that is None has no limit.
        spent: what the run spent before it was interrupted and resumed.
        clock: a monotonic clock, in seconds.

    Attributes:
        estimate: the usage that was expected for a full run; None without a model.
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
    def reserve(self, tokens: int) -> Iterator[None]:
        """Count ``tokens`` as spent until the exit, so that concurrent calls do not overspend.

        Raises:
            SpentError: the budget does not allow so many tokens.
        """
        if limit := self.reached(1.0, more_tokens=tokens):
            raise SpentError(limit)
        self._reserved += tokens
        try:
            yield
        finally:
            self._reserved -= tokens

    def reached(self, share: float, more_tokens: int = 0) -> BudgetLimit | None:
        """The first limit of which ``share`` is spent, counting ``more_tokens``; None without one.

        Args:
            share: from 0 to 1.
            more_tokens: tokens that are counted as if they were spent.
        """
        budget = self.budget
        tokens = self.usage.tokens + self._reserved + more_tokens
        if budget.tokens and tokens >= share * budget.tokens:
            return BudgetLimit.TOKENS
        if budget.cost and (self.usage.cost or 0.0) >= share * budget.cost:
            return BudgetLimit.COST
        if budget.minutes and self.minutes >= share * budget.minutes:
            return BudgetLimit.MINUTES
        return None

    def estimate_and_budget(self) -> dict[str, Any]:
        """The estimate and the budget as JSON; empty without a model."""
        if self.estimate is None:
            return {}
        return {
            "estimate": self.estimate.model_dump(),
            "budget": self.budget.model_dump(),
        }

    @property
    def minutes(self) -> float:
        """The minutes since this attempt at the run began."""
        return (self._clock() - self._began) / 60

    @property
    def seconds_left(self) -> float | None:
        """The seconds until the time limit; None without a limit."""
        if self.budget.minutes is None:
            return None
        return max(0.0, 60 * (self.budget.minutes - self.minutes))


def add_usage(first: Usage, second: Usage) -> Usage:
    """The sum of both; its cost is None where the cost of one is unknown."""
    costs = [usage.cost for usage in (first, second) if usage.calls]
    return Usage(
        calls=first.calls + second.calls,
        prompt_tokens=first.prompt_tokens + second.prompt_tokens,
        completion_tokens=first.completion_tokens + second.completion_tokens,
        cost=None if None in costs else sum(cost for cost in costs if cost is not None),
    )


def budget_of(question: Question, settings: Settings) -> Budget:
    """The budget of a question; the settings give what it leaves open, and 0 means no limit."""
    wanted = question.budget
    return Budget(
        tokens=(settings.max_tokens if wanted.tokens is None else wanted.tokens) or None,
        cost=(settings.max_cost if wanted.cost is None else wanted.cost) or None,
        minutes=(settings.max_minutes if wanted.minutes is None else wanted.minutes) or None,
    )
