"""The outbox: pending runs whose message the broker must be given, or given again."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from virtual_lab.store.database import Database, clock
from virtual_lab.store.run import Priority, RunState, StoredRun, run_of
from virtual_lab.store.submission import AGAIN_S
from virtual_lab.store.tables import IS_PENDING, runs

HOLD_S = 10.0
"""For how long runs that one process has taken are left to it, in seconds."""

LOST_S = 10.0
"""After how long a run that waits is looked for in the broker, in seconds."""

_MOST_DOUBLINGS = 6

# All priorities are named, so that the index is entered once for each of them.
_IS_DUE = (
    runs.c.state == RunState.PENDING,
    runs.c.priority.in_(list(Priority)),
    runs.c.publish_at <= clock(),
)


class Outbox:
    """Which runs are due for the broker.

    A message may be lost on its way, or with the whole broker, so a run that nobody claims is
    published again after a minute, two, four and so on. A message too many does no harm: its
    worker sees that the run is taken, and leaves.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, limit: int = 100) -> list[StoredRun]:
        """Runs that are due, the most urgent first, and of these the oldest; other processes
        leave them alone for ``HOLD_S``."""
        due = (
            sa.select(runs.c.id)
            .where(*_IS_DUE)
            .order_by(runs.c.priority, runs.c.publish_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        query = (
            sa.update(runs)
            .where(runs.c.id.in_(due))
            .values(publish_at=clock() + HOLD_S)
            .returning(runs)
        )
        if not self._any():
            return []
        with self._database.writing() as connection:
            rows = connection.execute(query).all()
        return sorted(map(run_of, rows), key=lambda run: (run.priority, run.created_at))

    def published(self, run_ids: Sequence[str]) -> None:
        """Note that the broker has taken the messages of these runs."""
        pause = sa.case(
            *((runs.c.publications == n, AGAIN_S * 2**n) for n in range(_MOST_DOUBLINGS)),
            else_=AGAIN_S * 2**_MOST_DOUBLINGS,
        )
        is_waiting = runs.c.state == RunState.PENDING
        query = (
            sa.update(runs)
            .where(runs.c.id.in_(run_ids))
            .values(
                published_at=clock(),
                publications=runs.c.publications + 1,
                publish_at=sa.case((is_waiting, clock() + pause), else_=None),
            )
        )
        with self._database.writing() as connection:
            connection.execute(query)

    def postpone(self, run_ids: Sequence[str], seconds: float) -> None:
        """Try these runs again in ``seconds``, because the broker did not take them."""
        self._set(runs.c.id.in_(run_ids), clock() + seconds)

    def unclaimed(self, limit: int) -> list[str]:
        """Runs that the broker has taken ``LOST_S`` ago or longer, and that nobody works on."""
        query = (
            sa.select(runs.c.id)
            .where(
                IS_PENDING,
                runs.c.publications > 0,
                runs.c.publish_at > clock(),
                runs.c.published_at < clock() - LOST_S,
            )
            .limit(limit)
        )
        with self._database.reading() as connection:
            return list(connection.execute(query).scalars())

    def publish_all(self) -> None:
        """Let every pending run be published again, because the broker has lost its messages."""
        self._set(runs.c.published_at.is_not(None), clock())

    def _set(self, condition: sa.ColumnElement[bool], publish_at: sa.ColumnElement[float]) -> None:
        query = sa.update(runs).where(condition, runs.c.state == RunState.PENDING)
        with self._database.writing() as connection:
            connection.execute(query.values(publish_at=publish_at))

    def _any(self) -> bool:
        """A look without a lock: most of the time nothing is due."""
        query = sa.select(sa.literal(1)).where(*_IS_DUE).limit(1)
        with self._database.reading() as connection:
            return connection.execute(query).first() is not None
