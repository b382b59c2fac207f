"""The bodies of answers, made from runs and reports of the store."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from virtual_lab.domain import Event, EventKind, Report
from virtual_lab.report.citing import CitationStyle
from virtual_lab.report.markdown import render_markdown
from virtual_lab.store import DeliveryState, ReportLine, RunState, StoredReport, StoredRun

ErrorCode = Annotated[
    str | None, Field(description="Names the message in the error, in any language.")
]

_SPEAKERS = {
    EventKind.PLANNED: "PI",
    EventKind.CRITIQUED: "critic",
    EventKind.SUMMARISED: "PI",
    EventKind.SYNTHESISED: "PI",
    EventKind.VERIFIED: "verifier",
}


class SpokenMessage(BaseModel):
    """What one member of the lab said."""

    role: str = Field(examples=["PI"])
    content: str
    round: int | None = None


class ResearchAnswer(BaseModel):
    """A finished run: the report in Markdown, what was said, and how many rounds it took."""

    report: str
    messages: list[SpokenMessage]
    rounds: int

    @classmethod
    def of(cls, report: Report, events: list[Event], citations: CitationStyle) -> ResearchAnswer:
        """The answer for a report and the events of its run."""
        roles = {specialist.id: specialist.role for specialist in report.team}
        messages = [
            SpokenMessage(role=_speaker(event, roles), content=event.status, round=event.round)
            for event in events
            if event.kind in _SPEAKERS or event.kind is EventKind.ANALYSED
        ]
        text = render_markdown(report, citations)
        return cls(report=text, messages=messages, rounds=len(report.rounds))


def _speaker(event: Event, roles: dict[str, str]) -> str:
    return _SPEAKERS.get(event.kind) or roles.get(event.specialist or "", "specialist")


class SubmitAnswer(BaseModel):
    """A run was taken in; its id is the task's."""

    task_id: str = Field(examples=["0b1f7c1e-8e5a-4c3d-9d53-3a1f6f0c2b11"])
    status: Literal["processing"] = "processing"
    message: str = "The research has been queued; ask GET /api/task/{task_id} for its progress."


class ProgressAnswer(BaseModel):
    """``current`` of ``total`` steps are done; 0 of 0 before the start."""

    current: int
    total: int
    status: str


class ResultAnswer(BaseModel):
    """The result of a run that succeeded; ``report`` is Markdown ("" where it was deleted)."""

    status: Literal["completed"] = "completed"
    report: str
    session_id: str
    query: str


class WebhookAnswer(BaseModel):
    """Whether the webhook was told of the end of the run; ``error`` is that of the last attempt."""

    status: Literal["pending", "delivered", "failed"]
    attempts: int
    error: str = Field(description="Empty where the last attempt did not fail.")
    error_code: ErrorCode = None


class TaskAnswer(BaseModel):
    """A run as it stands."""

    task_id: str
    status: RunState
    progress: ProgressAnswer
    start_at: datetime | None = Field(
        None, description="When it may start, where that was put off and has not come yet."
    )
    result: ResultAnswer | None = Field(None, description="Only where status is success.")
    error: str | None = Field(None, description="Only where status is failure.")
    error_code: ErrorCode = None
    partial_report: str | None = Field(
        None,
        description="The address of what a failed run had verified until then, where it was kept.",
        examples=["/api/reports/0b1f7c1e-8e5a-4c3d-9d53-3a1f6f0c2b11"],
    )
    webhook: WebhookAnswer | None = Field(
        None, description="Only where one was named, and the run has ended."
    )

    @classmethod
    def of(
        cls,
        run: StoredRun,
        report: str = "",
        delivery: DeliveryState | None = None,
        has_partial: bool = False,
    ) -> TaskAnswer:
        """The answer for a run.

        Args:
            run: the run.
            report: the Markdown of its report.
            delivery: how far the message to its webhook is.
            has_partial: whether a failed run has left a report.
        """
        result = None
        if run.state is RunState.SUCCESS:
            result = ResultAnswer(
                report=report, session_id=run.session_id, query=run.question.topic
            )
        return cls(
            task_id=run.id,
            status=run.state,
            progress=ProgressAnswer(**run.progress._asdict()),
            start_at=run.due_at if run.is_put_off else None,
            result=result,
            error=run.error.message if run.error else None,
            error_code=run.error.code if run.error else None,
            partial_report=f"/api/reports/{run.id}" if has_partial else None,
            webhook=WebhookAnswer(**delivery._asdict()) if delivery else None,
        )


class TaskLine(BaseModel):
    """A run in a list."""

    task_id: str
    status: RunState
    query: str
    priority: Literal["interactive", "batch"]
    progress: ProgressAnswer
    created_at: datetime
    start_at: datetime | None = Field(description="Where the start was put off.")
    started_at: datetime | None
    finished_at: datetime | None
    error: str | None
    error_code: ErrorCode = None

    @classmethod
    def of(cls, run: StoredRun) -> TaskLine:
        """The line for a run."""
        return cls(
            task_id=run.id,
            status=run.state,
            query=run.question.topic,
            priority=run.priority.word,
            progress=ProgressAnswer(**run.progress._asdict()),
            created_at=run.created_at,
            start_at=run.due_at if run.is_put_off else None,
            started_at=run.started_at,
            finished_at=run.finished_at,
            error=run.error.message if run.error else None,
            error_code=run.error.code if run.error else None,
        )


class TaskPage(BaseModel):
    """Runs, newest first; ``next`` is the cursor of the page after this one, if any."""

    tasks: list[TaskLine]
    next: str | None


class ReportAnswerLine(BaseModel):
    """A report in a list; its id is that of its run."""

    id: str
    version: int
    title: str
    topic: str
    language: str
    mode: str
    note: str = Field(description="How this version came about; empty for the first.")
    created_at: datetime

    @classmethod
    def of(cls, line: ReportLine) -> ReportAnswerLine:
        """The line for a report."""
        return cls(**line._asdict())


class ReportPage(BaseModel):
    """The latest version of each report, newest first; ``next`` as in the list of tasks."""

    reports: list[ReportAnswerLine]
    next: str | None


class ReportAnswer(BaseModel):
    """A version of a report, and which versions there are."""

    id: str
    version: int
    versions: list[int]
    note: str
    created_at: datetime
    report: Report

    @classmethod
    def of(cls, stored: StoredReport, versions: list[ReportLine]) -> ReportAnswer:
        """The answer for a report."""
        return cls(**stored._asdict(), versions=[line.version for line in versions])
