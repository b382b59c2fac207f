"""The outbox: pending runs whose message must be published to the broker, or published again."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from virtual_lab.store.database import Database, clock
from virtual_lab.store.run import Priority, RunState, StoredRun, run_of
from virtual_lab.store.submission import REPUBLISH_S
from virtual_lab.store.tables import IS_PENDING, runs

HOLD_S = 10.0
"""How long a run that one process has taken is hidden from the others, in seconds."""

LOST_S = 10.0
"""How long after its publication a waiting run is searched for in the broker, in seconds."""

_MOST_DOUBLINGS = 6

# All priorities are listed, so that the database can use the index for each of them.
_IS_DUE = (
    runs.c.state == RunState.PENDING,
    runs.c.priority.in_(list(Priority)),
    runs.c.publish_at <= clock(),
)


class Outbox:
    """The runs that are due to be published.

    A message may be lost, alone or with the whole broker. So a run that no worker claims is
    published again after one minute, two, four and so on. A second message does no harm: its
    worker sees that the run is claimed already.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, limit: int = 100) -> list[StoredRun]:
        """Runs that are due, by priority and then by age.

        Other processes do not get them for ``HOLD_S`` seconds.
        """
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
        """Record that the broker has the messages of these runs."""
        pause = sa.case(
            *((runs.c.publications == n, REPUBLISH_S * 2**n) for n in range(_MOST_DOUBLINGS)),
            else_=REPUBLISH_S * 2**_MOST_DOUBLINGS,
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
        """Publish these runs again in ``seconds``."""
        self._set(runs.c.id.in_(run_ids), clock() + seconds)

    def unclaimed(self, limit: int) -> list[str]:
        """Pending runs that were published at least ``LOST_S`` seconds ago."""
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
        """Make every pending run due again, because the broker has lost its messages."""
        self._set(runs.c.published_at.is_not(None), clock())

    def _set(self, condition: sa.ColumnElement[bool], publish_at: sa.ColumnElement[float]) -> None:
        query = sa.update(runs).where(condition, runs.c.state == RunState.PENDING)
        with self._database.writing() as connection:
            connection.execute(query.values(publish_at=publish_at))

    def _any(self) -> bool:
        """Whether any run is due, checked without a lock since most of the time none is."""
        query = sa.select(sa.literal(1)).where(*_IS_DUE).limit(1)
        with self._database.reading() as connection:
            return connection.execute(query).first() is not None
