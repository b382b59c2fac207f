"""Leases: how workers claim runs, keep them, end them, and lose them.

Every call is one transaction that first checks that the lease is still valid. So a worker that was
believed dead and continues later changes nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from virtual_lab.domain import Event, EventKind, Question, Report
from virtual_lab.errors import (
    LostLeaseError,
    QuarantinedError,
    VirtualLabError,
)
from virtual_lab.messages import Message
from virtual_lab.store.counters import CLAIMS, CRASHES, WAIT, count, observed
from virtual_lab.store.database import Database, clock
from virtual_lab.store.events import log
from virtual_lab.store.lease import LEASE_S, Lease, held_by
from virtual_lab.store.reports import insert_report
from virtual_lab.store.run import RunState, StoredRun, run_of
from virtual_lab.store.run_step import Describe, step_name
from virtual_lab.store.runs import lock_run, set_cancelled, set_ended, set_pending
from virtual_lab.store.tables import runs

MOST_CRASHES = 3
"""How many workers may be lost with a run at one step before it is quarantined."""

# Built once, because building a statement takes longer than SQLite needs to execute it.
_CLAIM = (
    sa.update(runs)
    .where(runs.c.id == sa.bindparam("of_run"), runs.c.state == RunState.PENDING)
    .values(
        state=RunState.PROGRESS,
        attempt=runs.c.attempt + 1,
        lease_until=clock() + sa.bindparam("lease_s"),
        publish_at=None,
        started_at=sa.func.coalesce(runs.c.started_at, clock()),
    )
    .returning(runs.c.attempt, runs.c.question, (clock() - runs.c.due_at).label("waited"))
)


class HeldRun(NamedTuple):
    """A run that a worker holds, or held until it died.

    ``until`` changes with every renewal, so a changed value shows one. It must not be compared
    with a clock: on SQLite it comes from the worker's clock, and any clock may be wrong. None
    matches any value.
    """

    run_id: str
    attempt: int
    owner: str
    until: float | None


class Leases:
    """All leases. A run is held by one worker at most."""

    def __init__(
        self, database: Database, lease_s: float = LEASE_S, describe: Describe = step_name
    ) -> None:
        self._database = database
        self._describe = describe
        self.lease_s = lease_s

    def claim(self, run_id: str, owner: str) -> Lease | None:
        """Claim a pending run for ``owner``; gives None where the run is not pending."""
        taken = {"of_run": run_id, "owner": owner, "lease_s": self.lease_s}
        with self._database.writing() as connection:
            row = connection.execute(_CLAIM, taken).first()
            if row is None:
                return None
            count(connection, {(CLAIMS, ""): 1, **observed(WAIT, row.waited)})
        return Lease(run_id, row.attempt, owner, Question.restore(row.question))

    def renew(self, lease: Lease) -> None:
        """Extend the lease by ``lease_s`` seconds from now.

        Raises:
            LostLeaseError: the run belongs to another worker, or has ended.
        """
        query = sa.update(runs).where(held_by(lease)).values(lease_until=clock() + self.lease_s)
        with self._database.writing() as connection:
            if not connection.execute(query).rowcount:
                raise LostLeaseError("run.run", run=lease.run_id)

    def is_cancelled(self, lease: Lease) -> bool:
        """Whether the cancellation of the run was requested.

        Raises:
            LostLeaseError: the run belongs to another worker, or has ended.
        """
        query = sa.select(runs.c.cancel_requested).where(held_by(lease))
        with self._database.reading() as connection:
            requested = connection.execute(query).scalar()
        if requested is None:
            raise LostLeaseError("run.run", run=lease.run_id)
        return bool(requested)

    def finish(self, lease: Lease, report: Report, event: Event) -> None:
        """End the run in success: its report, its last event and its state, all or nothing.

        Raises:
            LostLeaseError: the run belongs to another worker, or has ended.
        """
        with self._database.writing() as connection:
            log(connection, lease.run_id, event, lease)
            insert_report(self._database, connection, lease.run_id, report)
            set_ended(connection, lease.run_id, RunState.SUCCESS, cancel_requested=False)

    def fail(self, lease: Lease, error: VirtualLabError, partial: Report | None = None) -> None:
        """End the run in failure.

        Args:
            lease: the lease of the run.
            error: why the run failed.
            partial: a report of what it had verified until then.

        Raises:
            LostLeaseError: the run belongs to another worker, or has ended.
        """
        with self._database.writing() as connection:
            run = self._lock(connection, lease)
            if partial:
                note = Message.of("outside.text", text=self._describe("partial", lease.question))
                insert_report(self._database, connection, run.id, partial, note)
            _set_failed(connection, run, error)

    def cancel(self, lease: Lease) -> None:
        """End the run as cancelled, once its work has stopped.

        Raises:
            LostLeaseError: the run belongs to another worker, or has ended.
        """
        with self._database.writing() as connection:
            status = self._describe("cancelled", lease.question)
            set_cancelled(connection, self._lock(connection, lease), status)

    def give_back(self, lease: Lease) -> None:
        """Queue the run again without counting a crash, because its worker is shutting down.

        Raises:
            LostLeaseError: the run belongs to another worker, or has ended.
        """
        with self._database.writing() as connection:
            status = self._describe("given_back", lease.question)
            set_pending(connection, self._lock(connection, lease), status)

    def held(self) -> list[HeldRun]:
        """All runs that workers hold, the oldest lease first."""
        query = (
            sa.select(runs.c.id, runs.c.attempt, runs.c.owner, runs.c.lease_until)
            .where(runs.c.state == RunState.PROGRESS)
            .order_by(runs.c.lease_until)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [HeldRun(*row) for row in rows]

    def abandon(self, held: HeldRun) -> StoredRun | None:
        """Take a run from a worker that is dead or whose lease has lapsed.

        The run is queued again. It is cancelled instead if that was requested, and fails if too
        many workers were lost with it at the same step.

        Returns:
            the changed run, or None where it was claimed or renewed in the meantime.
        """
        with self._database.writing() as connection:
            row = connection.execute(
                sa.select(runs)
                .where(
                    runs.c.id == held.run_id,
                    runs.c.attempt == held.attempt,
                    runs.c.state == RunState.PROGRESS,
                )
                .with_for_update()
            ).first()
            if row is None or held.until not in (None, row.lease_until):
                return None
            run = run_of(row)
            crashes = run.crashes + 1
            if run.cancel_requested:
                set_cancelled(connection, run, self._describe("cancelled", run.question))
            elif crashes >= MOST_CRASHES:
                error = QuarantinedError("run.workers_lost", crashes=crashes)
                _set_failed(connection, run, error, crashes=crashes)
            else:
                status = self._describe("lost", run.question)
                set_pending(connection, run, status, crashes=crashes)
            count(connection, {(CRASHES, ""): 1})
            return lock_run(connection, held.run_id)

    def _lock(self, connection: sa.Connection, lease: Lease) -> StoredRun:
        row = connection.execute(sa.select(runs).where(held_by(lease)).with_for_update()).first()
        if row is None:
            raise LostLeaseError("run.run", run=lease.run_id)
        return run_of(row)


def _set_failed(
    connection: sa.Connection, run: StoredRun, error: VirtualLabError, **values: int
) -> None:
    message = str(error).replace("\x00", "")
    kind = type(error).__name__
    log(
        connection,
        run.id,
        Event(
            kind=EventKind.FAILED,
            current=run.progress.current,
            total=run.progress.total,
            status=message,
            data={"type": kind, "message": message},
        ),
    )
    set_ended(
        connection,
        run.id,
        RunState.FAILURE,
        cancel_requested=False,
        error_type=kind,
        error_message=message,
        error_code=error.message.model_dump_json() if error.message else None,
        **values,
    )
