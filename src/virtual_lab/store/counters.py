"""Counters: totals since the store was made, which include runs and calls that were deleted.

They are raised in the transaction of what they count. Counting rows instead would take longer with
every run, and the totals would shrink when old rows are deleted.
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
"""The upper bounds of the buckets of each histogram, in seconds, without the last one, +Inf."""

_SUM = "sum"

Amounts = Mapping[tuple[str, str], float]
"""Amounts to add, by the name of a counter and its label ("" where it has none)."""


class Histogram(NamedTuple):
    """A histogram of Prometheus: for each upper bound how many values are not above it, and the
    sum of all values."""

    buckets: list[tuple[str, float]]
    sum: float


class Counters:
    """All counters."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self) -> CounterValues:
        """The current values of all counters."""
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(counters)).all()
        return CounterValues({(row.name, row.label): row.value for row in rows})


class CounterValues:
    """The values of all counters."""

    def __init__(self, values: Amounts) -> None:
        self._values = values

    def value(self, name: str) -> float:
        """The value of a counter without a label; 0 where nothing was counted yet."""
        return self._values.get((name, ""), 0.0)

    def by_label(self, name: str) -> Iterator[tuple[str, float]]:
        """The labels and values of a counter."""
        return ((label, value) for (found, label), value in self._values.items() if found == name)

    def histogram(self, name: str) -> Histogram:
        """The histogram of this name."""
        total, buckets = 0.0, []
        for bound in (*map(str, BOUNDS[name]), "+Inf"):
            total += self._values.get((name, bound), 0.0)
            buckets.append((bound, total))
        return Histogram(buckets, self._values.get((name, _SUM), 0.0))


def observed(name: str, value: float) -> dict[tuple[str, str], float]:
    """The amounts that one value adds to a histogram."""
    bounds = BOUNDS[name]
    place = bisect_left(bounds, value)
    bound = str(bounds[place]) if place < len(bounds) else "+Inf"
    return {(name, bound): 1.0, (name, _SUM): max(0.0, value)}


def count(connection: sa.Connection, amounts: Amounts) -> None:
    """Add to counters, as the last step of a transaction, so that their rows are locked shortly.

    The rows are always locked in the same order, so that no two transactions can deadlock.
    """
    rows = [
        {"name": name, "label": label, "value": amount}
        for (name, label), amount in sorted(amounts.items())
    ]
    connection.execute(_upsert(connection.dialect.name == "sqlite"), rows)


@cache
def _upsert(is_sqlite: bool) -> sa.Executable:
    """The statement, cached because building it takes longer than SQLite needs to execute it."""
    query = sqlite.insert(counters) if is_sqlite else postgresql.insert(counters)
    raised = counters.c.value + query.excluded.value
    return query.on_conflict_do_update(index_elements=["name", "label"], set_={"value": raised})
