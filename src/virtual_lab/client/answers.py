"""The answers of the lab: runs, their events, and versions of reports."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from virtual_lab.domain import Event, Report
from virtual_lab.errors import RunCancelledError, restore

State = Literal["pending", "progress", "success", "failure", "cancelled"]


class Progress(BaseModel):
    """``current`` of ``total`` steps are done; ``status`` describes the step in one line."""

    current: int
    total: int
    status: str


class Result(BaseModel):
    """The result of a successful run; ``report`` is Markdown."""

    status: str
    report: str
    session_id: str
    query: str


class Webhook(BaseModel):
    """How far the message to a webhook is; ``error`` is that of the last attempt, also by code."""

    status: Literal["pending", "delivered", "failed"]
    attempts: int
    error: str
    error_code: str | None = None


class Task(BaseModel):
    """The current state of a run: ``result`` after a success, ``error`` after a failure.

    ``error_code`` names the message of the error, in any language.

    ``partial_report`` is the path of the partial report of a failed run, if it has one.
    ``start_at`` is set until a delayed run may start, and ``webhook`` after the end of a run that
    named one.
    """

    task_id: str
    status: State
    progress: Progress
    result: Result | None = None
    error: str | None = None
    error_code: str | None = None
    partial_report: str | None = None
    start_at: datetime | None = None
    webhook: Webhook | None = None


class Version(BaseModel):
    """A version of a report; ``note`` says how it was made, ``versions`` are all versions."""

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
        RunFailedError: the run failed or was cancelled; the message says why.
    """
    if task.result:
        return task.result.report
    if task.status == "cancelled":
        raise RunCancelledError("run.cancelled", run=task.task_id)
    raise restore("RunFailedError", task.error or f"run {task.task_id} is {task.status}")
