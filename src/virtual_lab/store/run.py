"""A run, as the store gives it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from typing import Any, Literal, NamedTuple, overload

from virtual_lab.domain import Question
from virtual_lab.messages import Message


class RunState(StrEnum):
    """The state of a run; the values are those of the API."""

    PENDING = "pending"
    PROGRESS = "progress"
    SUCCESS = "success"
    FAILURE = "failure"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether the run has ended and changes only if it is resumed."""
        return self not in (RunState.PENDING, RunState.PROGRESS)


class Priority(IntEnum):
    """The priority of a run; the smaller number goes first."""

    INTERACTIVE = 0
    BATCH = 9

    @property
    def word(self) -> Literal["interactive", "batch"]:
        """The name of the priority in the API."""
        return "interactive" if self is Priority.INTERACTIVE else "batch"


class RunProgress(NamedTuple):
    """How far a run is: ``current`` of ``total`` steps are done (0 of 0 before the start), and
    ``status`` describes it in one line."""

    current: int
    total: int
    status: str


class RunFailure(NamedTuple):
    """Why a run failed.

    Attributes:
        type: the name of the error's class.
        message: the English text of the error.
        said: the message with its code and arguments; None for runs of older versions.
    """

    type: str
    message: str
    said: Message | None = None

    @property
    def code(self) -> str | None:
        """The code of the message; None for runs of older versions."""
        return self.said.code if self.said else None


@dataclass(frozen=True, slots=True)
class StoredRun:
    """One run.

    Attributes:
        session_id: the group of runs that the client named; the run's own id where none was named.
        attempt: how often a worker has claimed the run; also the fencing token of its lease.
        crashes: how many workers were lost with the run since its last finished step, or since it
            was resumed.
        owner: the process that executes the run; None where none does.
        cancel_requested: whether its worker should stop the run.
        last_seq: the number of its latest event.
        due_at: since when the run waits for a worker: the time of its submit, the requested start,
            or when it was queued again.
        published_at: when the broker last got its message; None where it never did.
        webhook: the URL that gets a message when the run ends; None where there is none.
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
        """The priority of its message in the broker, from 0, which workers take first, to 9.

        Interactive runs come before batch runs. In each group, runs that a worker has begun come
        first, so that a run whose worker died does not wait behind a long queue again.
        """
        begun, new = (0, 3) if self.priority is Priority.INTERACTIVE else (6, 9)
        return begun if self.attempt else new

    @property
    def is_put_off(self) -> bool:
        """Whether the run waits for the start time that its client requested."""
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
    """A time of the database as a date in UTC."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
