"""What the lab answers: runs, their events, versions of reports."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from virtual_lab.domain import Event, Report
from virtual_lab.errors import RunCancelledError, restore

State = Literal["pending", "progress", "success", "failure", "cancelled"]


class Progress(BaseModel):
    """``current`` of ``total`` steps are done; ``status`` is one line for a reader."""

    current: int
    total: int
    status: str


class Result(BaseModel):
    """What a run that succeeded gives; ``report`` is Markdown."""

    status: str
    report: str
    session_id: str
    query: str


class Webhook(BaseModel):
    """Whether a webhook was told of the end of a run; ``error`` is that of the last attempt."""

    status: Literal["pending", "delivered", "failed"]
    attempts: int
    error: str


class Task(BaseModel):
    """A run as it stands: ``result`` after a success, ``error`` after a failure.

    ``partial_report`` is the address of what a failed run had verified, where that was kept;
    ``start_at`` is there until a run that was put off may start, ``webhook`` once a run has ended
    that named one.
    """

    task_id: str
    status: State
    progress: Progress
    result: Result | None = None
    error: str | None = None
    partial_report: str | None = None
    start_at: datetime | None = None
    webhook: Webhook | None = None


class Version(BaseModel):
    """A version of a report, how it came about, and which versions there are."""

    id: str
    version: int
    versions: list[int]
    note: str
    report: Report


class LabEvent(Event):
    """An event of a run, with its number (from 1, without gaps) and its time."""

    model_config = ConfigDict(extra="ignore")

    seq: int
    at: datetime


def report_of(task: Task) -> str:
    """The report of a run that has ended, in Markdown.

    Raises:
        RunFailedError: it failed, or was cancelled; says why.
    """
    if task.result:
        return task.result.report
    if task.status == "cancelled":
        raise RunCancelledError("run.cancelled", run=task.task_id)
    raise restore("RunFailedError", task.error or f"run {task.task_id} is {task.status}")
