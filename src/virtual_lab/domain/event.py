"""Events: what happened in a run, in order."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import Field

from virtual_lab.domain.value import Value


class EventKind(StrEnum):
    """What has happened."""

    STARTED = "started"
    PLANNED = "planned"
    SEARCHED = "searched"
    ANALYSED = "analysed"
    CRITIQUED = "critiqued"
    SUMMARISED = "summarised"
    SYNTHESISED = "synthesised"
    VERIFIED = "verified"
    FINISHED = "finished"
    REQUEUED = "requeued"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Event(Value):
    """One thing that happened in a run.

    ``current`` of ``total`` is the progress in steps of the graph; ``status`` describes it in one
    line, in the language of the report; ``data`` is the JSON of what happened.
    """

    kind: EventKind
    current: int
    total: int
    status: str
    round: int | None = None
    specialist: str | None = None
    data: dict[str, Any] = Field(default_factory=dict)
