"""The usage of a run so far, with its limits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from virtual_lab.domain import Usage
from virtual_lab.store import StoredRun
from virtual_lab.web.board import Board


class Spent(NamedTuple):
    """An amount that a run has used, with its limit and its estimate, None where there is none.

    ``name`` is "tokens", "cost" (US dollars) or "minutes".
    """

    name: str
    amount: float
    limit: float | None = None
    expected: float | None = None

    def show(self, amount: float | None) -> str:
        """An amount in the unit of this one, as text."""
        if amount is None:
            return ""
        if self.name == "tokens":
            return f"{amount:,.0f}"
        if self.name == "cost":
            return f"${amount:,.2f}"
        minutes, seconds = divmod(round(60 * amount), 60)
        return f"{minutes}:{seconds:02d}"


def spent_by(run: StoredRun, board: Board, paid: Usage) -> list[Spent]:
    """The minutes of a run, and for a run with a model its tokens and its cost.

    Args:
        run: the run.
        board: its board.
        paid: the usage of all its model calls, also of those without an answer.
    """
    budget, estimate = board.budget, board.estimate
    spent = []
    if run.started_at:
        until = run.finished_at or datetime.now(UTC)
        minutes = max(0.0, (until - run.started_at).total_seconds() / 60)
        limit = budget.minutes if budget else run.question.budget.minutes
        spent.append(Spent("minutes", minutes, limit))
    if estimate or paid.calls:
        limits = (budget.tokens, budget.cost) if budget else (None, None)
        expected = (estimate.tokens, estimate.cost) if estimate else (None, None)
        spent.append(Spent("tokens", paid.tokens, limits[0], expected[0]))
        if paid.cost is not None or limits[1]:
            spent.append(Spent("cost", paid.cost or 0.0, limits[1], expected[1]))
    return spent
