"""A submission: a question on its way to become a run."""

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

AGAIN_S = 60.0
"""After how long a run that still waits is published once more, in seconds; doubled every time."""

_ID_LENGTH = 255
_NEARLY_FULL = 1000  # runs below the cap, from where on submits wait for one another
_LOCK = 0x766C6163  # any number that no other program takes as its advisory lock


@dataclass(frozen=True, slots=True)
class Submission:
    """What becomes a run.

    Attributes:
        run_id: its id, which is its Celery task id too; a new one where None.
        session_id: what the client groups runs by; the run's id where None.
        start_in_s: seconds before it may start.
        webhook: an address that is told of the end of the run.
        is_published: its message is with a worker already.
        by: the name of the API key that it came with.
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
    """What makes a repeated submit known: the client's key, and the body that came with it."""

    key: str
    body: str

    def of(self, position: int, by: str | None) -> str:
        """The key of the run at a position of the submit; of one length, whatever was sent.

        Args:
            by: the name of the API key that it came with: another caller's keys are others.
        """
        words = f"{position} {self.key}"
        return _digest(words if by is None else json.dumps([by, words]))

    @property
    def fingerprint(self) -> str:
        """By which two bodies are compared."""
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
    """Write runs down; gives their rows, in the order of the submissions.

    Where ``key`` was used before, the rows are those that it made then. Keys are unique in the
    database, so that of two callers at the same moment one gets the runs of the other.

    Args:
        describe: gives the line that says that a run waits.
        most: how many runs may wait at the most, these included.
        most_of_key: how many of the API key that these came with.

    Raises:
        InvalidInputError: an id is too long.
        ConflictError: there is a run of one of the ids.
        ReusedKeyError: the key came with another body before.
        QueueFullError: more runs would wait than may.
    """
    rows = []
    is_new = False
    for position, submission in enumerate(submissions):
        status = describe("queued", submission.question)
        values = _values(submission, status, key, position)
        row = connection.execute(_insertion(database.is_sqlite), values).first()
        is_new = is_new or row is not None
        rows.append(row or _made_before(connection, submission, key, position))
    if is_new and most is not None:
        _check_room(database, connection, most)
    by = submissions[0].by if submissions else None
    if is_new and by and most_of_key is not None:
        _check_room(database, connection, most_of_key, by)
    return rows


def _values(
    submission: Submission, status: str, key: SubmissionKey | None, position: int
) -> dict[str, Any]:
    """The columns of a new run, and the times that ``_insertion`` adds to the clock's."""
    run_id = submission.run_id or str(uuid4())
    session_id = submission.session_id or run_id
    if max(len(run_id), len(session_id)) > _ID_LENGTH:
        raise InvalidInputError("form.id_too_long", most=_ID_LENGTH)
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
        "publish_in_s": AGAIN_S if submission.is_published else submission.start_in_s,
        "publications": 0,
        "idempotency_key": key and key.of(position, submission.by),
        "webhook": submission.webhook,
        "submitted_by": submission.by,
        "fingerprint": key and key.fingerprint,
    }


@cache
def _insertion(is_sqlite: bool) -> sa.Executable:
    """Made once, because making it takes longer than SQLite needs to carry it out."""
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


def _made_before(
    connection: sa.Connection, submission: Submission, key: SubmissionKey | None, position: int
) -> Any:
    """The row that stood in the way of this submission."""
    if key is None:
        raise ConflictError("run.exists", run=submission.run_id)
    query = sa.select(runs).where(runs.c.idempotency_key == key.of(position, submission.by))
    row = connection.execute(query).one()
    if row.fingerprint != key.fingerprint:
        raise ReusedKeyError("form.reused_key")
    return row


def _check_room(
    database: Database, connection: sa.Connection, most: int, by: str | None = None
) -> None:
    """See that no more than ``most`` runs wait, of all or of one API key.

    Only near the cap must PostgreSQL count under a lock; SQLite has one writer at a time anyway.
    """
    waiting = _count_waiting(connection, by)
    if not database.is_sqlite and waiting > most - _NEARLY_FULL:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
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
