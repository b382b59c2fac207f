"""Events: one ordered log per run, numbered from 1 without gaps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

import sqlalchemy as sa

from virtual_lab.domain import Event
from virtual_lab.errors import LostLeaseError
from virtual_lab.store.database import Database, batched, clock
from virtual_lab.store.lease import Lease
from virtual_lab.store.run import RunState
from virtual_lab.store.tables import events, runs

# Built once, because building a statement takes longer than SQLite needs to execute it.
_APPEND = (
    sa.update(runs)
    .where(runs.c.id == sa.bindparam("of_run"))
    .values(
        last_seq=runs.c.last_seq + 1,
        crashes=sa.case((runs.c.current < sa.bindparam("step"), 0), else_=runs.c.crashes),
        # Events of concurrent steps may come out of order.
        current=sa.case(
            (runs.c.current > sa.bindparam("step"), runs.c.current),
            else_=sa.bindparam("step"),
        ),
        total=sa.bindparam("steps"),
        status=sa.bindparam("words"),
    )
    .returning(runs.c.last_seq)
)
_APPEND_HELD = _APPEND.where(
    runs.c.attempt == sa.bindparam("of_attempt"), runs.c.state == RunState.PROGRESS
)
_INSERT = sa.insert(events).values(
    run_id=sa.bindparam("of_run"),
    seq=sa.bindparam("number"),
    at=clock(),
    record=sa.bindparam("text"),
)


class Logged(NamedTuple):
    """An event in the log of its run; ``seq`` is its number there."""

    seq: int
    at: datetime
    event: Event


class Events:
    """The logs of all runs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, lease: Lease, event: Event) -> int:
        """Store an event and the progress of its run; gives the event's number.

        Raises:
            LostLeaseError: the run belongs to another worker, or has ended.
        """
        with self._database.writing() as connection:
            return log(connection, lease.run_id, event, lease)

    def after(self, run_id: str, seq: int = 0, limit: int = 1000) -> list[Logged]:
        """The events of a run that come after number ``seq``, in order, at most ``limit``."""
        query = (
            sa.select(events.c.seq, events.c.at, events.c.record)
            .where(events.c.run_id == run_id, events.c.seq > seq)
            .order_by(events.c.seq)
            .limit(limit)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [
            Logged(
                row.seq, datetime.fromtimestamp(row.at, UTC), Event.model_validate_json(row.record)
            )
            for row in rows
        ]

    def with_news(self, positions: Mapping[str, int]) -> list[str]:
        """The ids of the runs with newer events.

        Args:
            positions: for each run the number of the last event that the caller knows.
        """
        found: list[str] = []
        with self._database.reading() as connection:
            for part in batched(positions):
                query = sa.select(runs.c.id, runs.c.last_seq).where(runs.c.id.in_(part))
                rows = connection.execute(query)
                found += [row.id for row in rows if row.last_seq > positions[row.id]]
        return found


def log(connection: sa.Connection, run_id: str, event: Event, lease: Lease | None = None) -> int:
    """Append ``event`` to the log of a run; gives its number.

    The row of the run counts the numbers, so they follow the order of the commits. A new step
    resets the count of crashes, since a run that kills its workers does so at the same step.

    Args:
        lease: the lease that must still be valid; None to write without one.

    Raises:
        LostLeaseError: the lease does not hold, or there is no such run.
    """
    values: dict[str, object] = {
        "of_run": run_id,
        "step": event.current,
        "steps": event.total,
        "words": _text(event.status),
    }
    if lease:
        seq = connection.execute(_APPEND_HELD, values | {"of_attempt": lease.attempt}).scalar()
    else:
        seq = connection.execute(_APPEND, values).scalar()
    if seq is None:
        raise LostLeaseError("run.run", run=run_id)
    written = {"of_run": run_id, "number": seq, "text": event.model_dump_json()}
    connection.execute(_INSERT, written)
    return int(seq)


def _text(words: str) -> str:
    """The words without NUL, which PostgreSQL does not store."""
    return words.replace("\x00", "")
