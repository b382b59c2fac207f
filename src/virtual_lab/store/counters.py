"""Counters: what has happened since the store was made, also of what has been deleted since.

They are raised in the transaction in which it happens. Figures over all runs or calls would take
longer the more of them there are, and shrink when old ones are deleted.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from virtual_lab.store.database import Database
from virtual_lab.store.tables import counters

CLAIMS = "claims"
CRASHES = "crashes"
WAIT = "wait_seconds"
DURATION = "duration_seconds"
MODEL_CALLS = "model_calls"
MODEL_TOKENS = "model_tokens"
MODEL_COST = "model_cost_dollars"

BOUNDS: Mapping[str, tuple[float, ...]] = {
    WAIT: (0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3600),
    DURATION: (1, 3, 10, 30, 100, 300, 1000, 3600),
}
"""The upper bounds of the buckets of the histograms, in seconds; a last one has none."""

_SUM = "sum"

Amounts = Mapping[tuple[str, str], float]
"""What to add, by the name of a counter and its label ("" where it has none)."""


class Histogram(NamedTuple):
    """How many values were at most so large, by the bounds as Prometheus writes them, and their
    sum."""

    buckets: list[tuple[str, float]]
    sum: float


class Counters:
    """All counters."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self) -> CounterValues:
        """All of them, at this moment."""
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(counters)).all()
        return CounterValues({(row.name, row.label): row.value for row in rows})


class CounterValues:
    """The values of all counters."""

    def __init__(self, values: Amounts) -> None:
        self._values = values

    def value(self, name: str) -> float:
        """A counter without a label; 0 where nothing has happened yet."""
        return self._values.get((name, ""), 0.0)

    def by_label(self, name: str) -> Iterator[tuple[str, float]]:
        """A counter with labels."""
        return ((label, value) for (found, label), value in self._values.items() if found == name)

    def histogram(self, name: str) -> Histogram:
        """A histogram."""
        total, buckets = 0.0, []
        for bound in (*map(str, BOUNDS[name]), "+Inf"):
            total += self._values.get((name, bound), 0.0)
            buckets.append((bound, total))
        return Histogram(buckets, self._values.get((name, _SUM), 0.0))


def observed(name: str, value: float) -> dict[tuple[str, str], float]:
    """What a value adds to a histogram."""
    bounds = BOUNDS[name]
    place = bisect_left(bounds, value)
    bound = str(bounds[place]) if place < len(bounds) else "+Inf"
    return {(name, bound): 1.0, (name, _SUM): max(0.0, value)}


def count(connection: sa.Connection, amounts: Amounts) -> None:
    """Add to counters; the last thing that a transaction does, so that it holds them shortly.

    They are always taken in the same order, so that no two transactions wait for each other.
    """
    rows = [
        {"name": name, "label": label, "value": amount}
        for (name, label), amount in sorted(amounts.items())
    ]
    connection.execute(_raising(connection.dialect.name == "sqlite"), rows)


@cache
def _raising(is_sqlite: bool) -> sa.Executable:
    """Made once, because making it takes longer than SQLite needs to carry it out."""
    query = sqlite.insert(counters) if is_sqlite else postgresql.insert(counters)
    raised = counters.c.value + query.excluded.value
    return query.on_conflict_do_update(index_elements=["name", "label"], set_={"value": raised})
