"""A run as it stands in the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from typing import Any, Literal, NamedTuple, overload

from virtual_lab.domain import Question
from virtual_lab.messages import Message


class RunState(StrEnum):
    """Where a run is in its life; the words are those of the API."""

    PENDING = "pending"
    PROGRESS = "progress"
    SUCCESS = "success"
    FAILURE = "failure"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing more happens by itself."""
        return self not in (RunState.PENDING, RunState.PROGRESS)


class Priority(IntEnum):
    """Which runs come first."""

    INTERACTIVE = 0
    BATCH = 9

    @property
    def word(self) -> Literal["interactive", "batch"]:
        """The word of the API."""
        return "interactive" if self is Priority.INTERACTIVE else "batch"


class RunProgress(NamedTuple):
    """``current`` of ``total`` steps are done (0 of 0 before the start); ``status`` is one line
    for a reader."""

    current: int
    total: int
    status: str


class RunFailure(NamedTuple):
    """Why a run failed: the name of the error's class, what it said in English, and the message
    that this came from; None where it was written down before messages were kept."""

    type: str
    message: str
    said: Message | None = None


@dataclass(frozen=True, slots=True)
class StoredRun:
    """One run.

    Attributes:
        session_id: what a client groups runs by; the run's own id where none was given.
        attempt: how often a worker has claimed it, which is also the token that fences writes.
        crashes: how many workers were lost with it since it last finished a step, or was resumed
            by hand.
        owner: the process that works on it, None where none does.
        cancel_requested: a worker is about to be told to stop.
        last_seq: the number of its latest event.
        due_at: since when it waits or waited for a worker: its submit, the start that was asked
            for, or when it was queued again.
        published_at: when the broker last took its message; None where it never did.
        webhook: the address that is told of its end, where one was named.
        error: set in the state "failure" only.
    """

    id: str
    session_id: str
    question: Question
    priority: Priority
    state: RunState
    progress: RunProgress
    attempt: int
    crashes: int
    owner: str | None
    cancel_requested: bool
    last_seq: int
    created_at: datetime
    due_at: datetime
    published_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    error: RunFailure | None
    webhook: str | None

    @property
    def urgency(self) -> int:
        """The place of its message in the broker, from 0, which a worker takes first, to 9.

        Interactive runs come before batch runs, and of each kind those that were begun before new
        ones: a run that lost its worker does not start to wait anew behind a long queue.
        """
        begun, new = (0, 3) if self.priority is Priority.INTERACTIVE else (6, 9)
        return begun if self.attempt else new

    @property
    def is_put_off(self) -> bool:
        """Whether the time of its start has not come yet."""
        return self.state is RunState.PENDING and self.due_at > datetime.now(UTC)


def _failure_of(row: Any) -> RunFailure:
    said = Message.model_validate_json(row.error_code) if row.error_code else None
    return RunFailure(row.error_type, row.error_message, said)


def run_of(row: Any) -> StoredRun:
    """The run in a row of the table."""
    return StoredRun(
        id=row.id,
        session_id=row.session_id,
        question=Question.restore(row.question),
        priority=Priority(row.priority),
        state=RunState(row.state),
        progress=RunProgress(row.current, row.total, row.status),
        attempt=row.attempt,
        crashes=row.crashes,
        owner=row.owner,
        cancel_requested=row.cancel_requested,
        last_seq=row.last_seq,
        created_at=moment(row.created_at),
        due_at=moment(row.due_at),
        published_at=moment(row.published_at),
        started_at=moment(row.started_at),
        finished_at=moment(row.finished_at),
        error=_failure_of(row) if row.error_type else None,
        webhook=row.webhook,
    )


@overload
def moment(seconds: float) -> datetime: ...
@overload
def moment(seconds: float | None) -> datetime | None: ...
def moment(seconds: float | None) -> datetime | None:
    """A time of the database as a date with its zone (UTC)."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
