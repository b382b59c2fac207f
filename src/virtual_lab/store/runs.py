"""Runs: submit, get, list, cancel and resume them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from virtual_lab.domain import Event, EventKind, Question
from virtual_lab.errors import ConflictError, NotFoundError
from virtual_lab.store.counters import DURATION, count, observed
from virtual_lab.store.database import Database, clock
from virtual_lab.store.deliveries import add_delivery
from virtual_lab.store.events import log
from virtual_lab.store.page import ResultPage, read_page
from virtual_lab.store.run import Priority, RunState, StoredRun, run_of
from virtual_lab.store.run_step import Describe, step_name
from virtual_lab.store.submission import Submission, SubmissionKey, insert_runs
from virtual_lab.store.tables import IS_PENDING, runs

# Built once, because building a statement takes longer than SQLite needs to execute it.
_ONE = sa.select(runs).where(runs.c.id == sa.bindparam("of_run"))
_END = (
    sa.update(runs)
    .where(runs.c.id == sa.bindparam("of_run"))
    .values(owner=None, lease_until=None, publish_at=None, finished_at=clock())
    .returning((runs.c.finished_at - runs.c.started_at).label("took"), runs.c.webhook)
)


class Runs:
    """All runs."""

    def __init__(self, database: Database, describe: Describe = step_name) -> None:
        self._database = database
        self._describe = describe

    def submit(
        self,
        question: Question,
        *,
        run_id: str | None = None,
        session_id: str | None = None,
        start_in_s: float = 0.0,
    ) -> StoredRun:
        """Store a new run, which then waits to be published.

        Args:
            question: the question to answer.
            run_id: the id of the run and of its Celery task; a new one where None.
            session_id: the group of runs that the client names; the run's id where None.
            start_in_s: seconds before the run may start.

        Raises:
            ConflictError: there is a run of this id.
        """
        return self.submit_all([Submission(question, run_id, session_id, start_in_s)])[0]

    def submit_all(
        self,
        submissions: Sequence[Submission],
        key: SubmissionKey | None = None,
        most: int | None = None,
        most_of_key: int | None = None,
    ) -> list[StoredRun]:
        """Store new runs, all or none; gives the runs of the first submit if ``key`` is known.

        Args:
            submissions: the runs to store.
            key: the idempotency key of the submit.
            most: how many runs may wait, including these.
            most_of_key: how many runs of the same API key may wait, including these.

        Raises:
            ConflictError: there is a run of one of the ids.
            ReusedKeyError: the key was used with another body before.
            QueueFullError: more runs would wait than allowed.
        """
        with self._database.writing() as connection:
            rows = insert_runs(
                self._database, connection, submissions, self._describe, key, most, most_of_key
            )
        return [run_of(row) for row in rows]

    def adopt(self, run_id: str, question: Question) -> StoredRun:
        """The run of a message that another Celery client sent; stored if it is not known.

        A worker has the message already, so the run is not published at once.
        """
        try:
            return self.submit_all([Submission(question, run_id, is_published=True)])[0]
        except ConflictError:
            return self.get(run_id)

    def get(self, run_id: str) -> StoredRun:
        """One run.

        Raises:
            NotFoundError: there is no run of this id.
        """
        with self._database.reading() as connection:
            row = connection.execute(_ONE, {"of_run": run_id}).first()
        if row is None:
            raise NotFoundError("run.run", run=run_id)
        return run_of(row)

    def list(
        self, state: RunState | None = None, cursor: str | None = None, limit: int = 50
    ) -> ResultPage[StoredRun]:
        """Runs, the newest first.

        Args:
            state: only runs in this state.
            cursor: the ``next`` of the previous page.
            limit: the most runs of a page.

        Raises:
            InvalidInputError: the cursor does not come from this list.
        """
        query = sa.select(runs)
        if state:
            query = query.where(runs.c.state == state)
        with self._database.reading() as connection:
            return read_page(connection, query, runs, run_of, cursor, limit)

    def counts(self) -> dict[RunState, int]:
        """How many runs there are in each state."""
        query = sa.select(runs.c.state, sa.func.count()).group_by(runs.c.state)
        with self._database.reading() as connection:
            found = {row[0]: int(row[1]) for row in connection.execute(query)}
        return {state: found.get(state, 0) for state in RunState}

    def waiting(self) -> dict[Priority, int]:
        """How many runs wait for a worker, without those that may not start yet."""
        query = (
            sa.select(runs.c.priority, sa.func.count())
            .where(IS_PENDING, runs.c.due_at <= clock())
            .group_by(runs.c.priority)
        )
        with self._database.reading() as connection:
            found = {row[0]: int(row[1]) for row in connection.execute(query)}
        return {priority: found.get(priority, 0) for priority in Priority}

    def longest_wait_s(self) -> float:
        """The longest time that a pending run has waited, in seconds; 0 where none waits."""
        query = sa.select(clock() - sa.func.min(runs.c.due_at)).where(IS_PENDING)
        with self._database.reading() as connection:
            return max(0.0, connection.execute(query).scalar() or 0.0)

    def cancel(self, run_id: str) -> StoredRun:
        """Cancel a run: a waiting run at once, a running one by a request to its worker.

        Raises:
            NotFoundError: there is no run of this id.
            ConflictError: the run has ended in success or failure.
        """
        with self._database.writing() as connection:
            run = lock_run(connection, run_id)
            if run.state in (RunState.SUCCESS, RunState.FAILURE):
                raise ConflictError("run.ended", run=run_id, state=run.state)
            if run.state is RunState.PENDING:
                set_cancelled(connection, run, self._describe("cancelled", run.question))
            elif run.state is RunState.PROGRESS:
                update_run(connection, run_id, cancel_requested=True)
        return self.get(run_id)

    def resume(self, run_id: str) -> StoredRun:
        """Continue a failed or cancelled run from its last finished step.

        Raises:
            NotFoundError: there is no run of this id.
            ConflictError: the run has not ended, or has ended in success.
        """
        with self._database.writing() as connection:
            run = lock_run(connection, run_id)
            if run.state not in (RunState.FAILURE, RunState.CANCELLED):
                raise ConflictError("run.in_state", run=run_id, state=run.state)
            status = self._describe("resumed", run.question)
            set_pending(connection, run, status, crashes=0)
        return self.get(run_id)


def lock_run(connection: sa.Connection, run_id: str) -> StoredRun:
    """One run, which no one else can change before the end of the transaction.

    Raises:
        NotFoundError: there is no run of this id.
    """
    row = connection.execute(sa.select(runs).where(runs.c.id == run_id).with_for_update()).first()
    if row is None:
        raise NotFoundError("run.run", run=run_id)
    return run_of(row)


def update_run(connection: sa.Connection, run_id: str, **values: Any) -> None:
    """Set columns of one run."""
    connection.execute(sa.update(runs).where(runs.c.id == run_id).values(**values))


def set_pending(connection: sa.Connection, run: StoredRun, status: str, **values: Any) -> None:
    """Queue a run again; ``status`` is the line for its log."""
    log(connection, run.id, event_of(run, EventKind.REQUEUED, status))
    update_run(
        connection,
        run.id,
        state=RunState.PENDING,
        owner=None,
        lease_until=None,
        cancel_requested=False,
        due_at=clock(),
        publish_at=clock(),
        publications=0,
        finished_at=None,
        error_type=None,
        error_message=None,
        error_code=None,
        **values,
    )


def set_cancelled(connection: sa.Connection, run: StoredRun, status: str) -> None:
    """End a run in the state "cancelled"; ``status`` is the line for its log."""
    log(connection, run.id, event_of(run, EventKind.CANCELLED, status))
    set_ended(connection, run.id, RunState.CANCELLED)


def set_ended(connection: sa.Connection, run_id: str, state: RunState, **values: Any) -> None:
    """End a run in a final state."""
    ended = connection.execute(_END, {"of_run": run_id, "state": state, **values}).one()
    if ended.webhook is not None:
        add_delivery(connection, run_id, state)
    if ended.took is not None:
        count(connection, observed(DURATION, ended.took))


def event_of(run: StoredRun, kind: EventKind, status: str) -> Event:
    """An event with the current progress of a run."""
    return Event(
        kind=kind,
        current=run.progress.current,
        total=run.progress.total,
        status=status,
    )
