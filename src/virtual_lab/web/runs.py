"""A run: the team at work, line by line; cancel and resume."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from virtual_lab.api.identifiers import TaskId
from virtual_lab.api.service import Here
from virtual_lab.errors import NotFoundError
from virtual_lab.store import Logged, Run, RunState, Store
from virtual_lab.web.board import Board
from virtual_lab.web.pages import page
from virtual_lab.web.routing import PageRoute

router = APIRouter(prefix="/runs", include_in_schema=False, route_class=PageRoute)


@router.get("/{task_id}")
def show_run(task_id: TaskId, request: Request, service: Here) -> HTMLResponse:
    """The page of a run as it stands; its script asks for it again when something happens."""
    run = service.store.runs.get(task_id)
    logged = _log(service.store, run)
    return page(
        request,
        "run",
        run=run,
        logged=logged,
        board=Board.of([item.event for item in logged]),
        elapsed=_elapsed(run),
        has_report=run.state is RunState.SUCCESS and _has_report(service.store, task_id),
    )


@router.post("/{task_id}/cancel")
def cancel_run(task_id: TaskId, service: Here) -> RedirectResponse:
    """Cancel a run."""
    service.queue.cancel(task_id)
    return RedirectResponse(f"/runs/{task_id}", 303)


@router.post("/{task_id}/resume")
def resume_run(task_id: TaskId, service: Here) -> RedirectResponse:
    """Let a failed or cancelled run go on."""
    service.queue.resume(task_id)
    return RedirectResponse(f"/runs/{task_id}", 303)


def _log(store: Store, run: Run) -> list[Logged]:
    """The whole log of a run, read in parts."""
    logged: list[Logged] = []
    while part := store.events.after(run.id, logged[-1].seq if logged else 0):
        logged += part
    return logged


def _elapsed(run: Run) -> str:
    """How long a run has taken so far, as minutes and seconds; "" before its start."""
    if run.started_at is None:
        return ""
    minutes, seconds = divmod(
        int(((run.finished_at or datetime.now(UTC)) - run.started_at).total_seconds()), 60
    )
    return f"{max(0, minutes)}:{max(0, seconds):02d}"


def _has_report(store: Store, report_id: str) -> bool:
    try:
        store.reports.get(report_id)
    except NotFoundError:
        return False
    return True
