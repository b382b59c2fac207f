"""A submission: a question and its options, from which a run is made."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from virtual_lab.domain import Question
from virtual_lab.errors import ConflictError, InvalidInputError, QueueFullError, ReusedKeyError
from virtual_lab.store.database import Database, clock
from virtual_lab.store.run import Priority, RunState
from virtual_lab.store.run_step import Describe
from virtual_lab.store.tables import IS_PENDING, runs

REPUBLISH_S = 60.0
"""Seconds until a run that still waits is published again; doubled every time."""

_LONGEST_ID = 255
# With fewer free places in the queue, submits are counted under a lock.
_FREE_PLACES_WITHOUT_LOCK = 1000
_ADVISORY_LOCK_ID = 0x766C6163  # Any number that no other program uses.


@dataclass(frozen=True, slots=True)
class Submission:
    """A question with the options of its run.

    Attributes:
        run_id: the id of the run and of its Celery task; a new one where None.
        session_id: the group of runs that the client names; the run's id where None.
        start_in_s: seconds before the run may start.
        webhook: a URL that gets a message when the run ends.
        is_published: whether a worker has the run's message already.
        by: the name of the API key of the submit; None where it came without one.
    """

    question: Question
    run_id: str | None = None
    session_id: str | None = None
    start_in_s: float = 0.0
    priority: Priority = Priority.INTERACTIVE
    webhook: str | None = None
    is_published: bool = False
    by: str | None = None


class SubmissionKey(NamedTuple):
    """The idempotency key of a submit, by which a repeated one is recognised, and its body."""

    key: str
    body: str

    def of(self, position: int, by: str | None) -> str:
        """The digest that identifies one run of the submit.

        Args:
            position: the position of the run in the submit.
            by: the name of the API key: equal keys of two callers are different.
        """
        words = f"{position} {self.key}"
        return _digest(words if by is None else json.dumps([by, words]))

    @property
    def fingerprint(self) -> str:
        """The digest of the body."""
        return _digest(self.body)


def insert_runs(
    database: Database,
    connection: sa.Connection,
    submissions: Sequence[Submission],
    describe: Describe,
    key: SubmissionKey | None = None,
    most: int | None = None,
    most_of_key: int | None = None,
) -> list[Any]:
    """Store runs; gives their rows, in the order of the submissions.

    For a known ``key`` the rows are those of the first submit. Keys are unique in the database, so
    of two simultaneous submits with one key, the second gets the runs of the first.

    Args:
        describe: describes the step "queued" in one line.
        most: how many runs may wait, including these.
        most_of_key: how many runs of the same API key may wait, including these.

    Raises:
        InvalidInputError: an id is too long.
        ConflictError: there is a run of one of the ids.
        ReusedKeyError: the key was used with another body before.
        QueueFullError: more runs would wait than allowed.
    """
    rows = []
    is_new = False
    for position, submission in enumerate(submissions):
        status = describe("queued", submission.question)
        values = _values(submission, status, key, position)
        row = connection.execute(_insert_statement(database.is_sqlite), values).first()
        is_new = is_new or row is not None
        rows.append(row or _row_of_first_submit(connection, submission, key, position))
    if is_new and most is not None:
        _check_queue_limit(database, connection, most)
    by = submissions[0].by if submissions else None
    if is_new and by and most_of_key is not None:
        _check_queue_limit(database, connection, most_of_key, by)
    return rows


def _values(
    submission: Submission, status: str, key: SubmissionKey | None, position: int
) -> dict[str, Any]:
    """The columns of a new run, and the seconds that ``_insert_statement`` adds to the clock."""
    run_id = submission.run_id or str(uuid4())
    session_id = submission.session_id or run_id
    if max(len(run_id), len(session_id)) > _LONGEST_ID:
        raise InvalidInputError("form.id_too_long", most=_LONGEST_ID)
    return {
        "id": run_id,
        "session_id": session_id,
        "question": submission.question.model_dump_json(),
        "priority": submission.priority,
        "state": RunState.PENDING,
        "current": 0,
        "total": 0,
        "status": status,
        "attempt": 0,
        "crashes": 0,
        "cancel_requested": False,
        "last_seq": 0,
        "start_in_s": submission.start_in_s,
        "publish_in_s": REPUBLISH_S if submission.is_published else submission.start_in_s,
        "publications": 0,
        "idempotency_key": key and key.of(position, submission.by),
        "webhook": submission.webhook,
        "submitted_by": submission.by,
        "fingerprint": key and key.fingerprint,
    }


@cache
def _insert_statement(is_sqlite: bool) -> sa.Executable:
    """The statement, cached because building it takes longer than SQLite needs to execute it."""
    insert = sqlite.insert if is_sqlite else postgresql.insert
    query: sa.Executable = (
        insert(runs)
        .values(
            due_at=clock() + sa.bindparam("start_in_s"),
            publish_at=clock() + sa.bindparam("publish_in_s"),
            created_at=clock(),
        )
        .on_conflict_do_nothing()
        .returning(runs)
    )
    return query


def _row_of_first_submit(
    connection: sa.Connection, submission: Submission, key: SubmissionKey | None, position: int
) -> Any:
    """The row of the first submit with this key."""
    if key is None:
        raise ConflictError("run.exists", run=submission.run_id)
    query = sa.select(runs).where(runs.c.idempotency_key == key.of(position, submission.by))
    row = connection.execute(query).one()
    if row.fingerprint != key.fingerprint:
        raise ReusedKeyError("form.reused_key")
    return row


def _check_queue_limit(
    database: Database, connection: sa.Connection, most: int, by: str | None = None
) -> None:
    """Check that no more than ``most`` runs wait, of all runs or of one API key.

    PostgreSQL counts under a lock only near the limit; SQLite has one writer at a time anyway.
    """
    waiting = _count_waiting(connection, by)
    if not database.is_sqlite and waiting > most - _FREE_PLACES_WITHOUT_LOCK:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK_ID)))
        waiting = _count_waiting(connection, by)
    if waiting > most:
        raise QueueFullError("run.queue_full_of_key" if by else "run.queue_full", most=most)


def _count_waiting(connection: sa.Connection, by: str | None) -> int:
    query = sa.select(sa.func.count()).where(IS_PENDING)
    if by:
        query = query.where(runs.c.submitted_by == by)
    return int(connection.execute(query).scalar_one())


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
