"""The page of a run: its board and its log, with buttons to cancel and resume it."""

from __future__ import annotations

from contextlib import closing, suppress
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from virtual_lab.bootstrap.library import open_index
from virtual_lab.domain import Language, Source
from virtual_lab.errors import NotFoundError
from virtual_lab.http.dependencies import CurrentService
from virtual_lab.http.parameters import TaskId
from virtual_lab.services.service import Service
from virtual_lab.store import Logged, RunState, Store, StoredRun
from virtual_lab.web.board import Board
from virtual_lab.web.failing import Explained, explain_stored
from virtual_lab.web.language import language_of
from virtual_lab.web.page_route import PageRoute
from virtual_lab.web.pages import page
from virtual_lab.web.score_chart import score_chart
from virtual_lab.web.usage import spent_by

router = APIRouter(prefix="/runs", include_in_schema=False, route_class=PageRoute)


_WITH_REPORT = (RunState.SUCCESS, RunState.FAILURE)
"""The states in which a run may have a report; a failed run may have a partial one."""


class SourceLine(NamedTuple):
    """A source that a run found, and how many findings cite it."""

    source: Source
    findings: int


@router.get("/{task_id}")
def show_run(task_id: TaskId, request: Request, service: CurrentService) -> HTMLResponse:
    """The current page of a run; its script requests it again at every event."""
    run = service.store.runs.get(task_id)
    logged = _log(service.store, run)
    board = Board.of([item.event for item in logged])
    return page(
        request,
        "run",
        run=run,
        logged=logged,
        board=board,
        chart=score_chart(board),
        spent=spent_by(run, board, service.store.ledger.spent(task_id)),
        sources=_titles(service, board),
        failure=_failure(run, language_of(request)),
        has_report=run.state in _WITH_REPORT and _has_report(service.store, task_id),
    )


@router.post("/{task_id}/cancel")
def cancel_run(task_id: TaskId, service: CurrentService) -> RedirectResponse:
    """Cancel a run."""
    service.queue.cancel(task_id)
    return RedirectResponse(f"/runs/{task_id}", 303)


@router.post("/{task_id}/resume")
def resume_run(task_id: TaskId, service: CurrentService) -> RedirectResponse:
    """Continue a failed or cancelled run."""
    service.queue.resume(task_id)
    return RedirectResponse(f"/runs/{task_id}", 303)


def _log(store: Store, run: StoredRun) -> list[Logged]:
    """The whole log of a run, read in parts."""
    logged: list[Logged] = []
    while part := store.events.after(run.id, logged[-1].seq if logged else 0):
        logged += part
    return logged


def _titles(service: Service, board: Board) -> list[SourceLine]:
    """The sources that the run found, those with most findings first."""
    lines = []
    with closing(open_index(service.settings)) as index:
        for source_id, count in board.findings_by_source.items():
            # A document may have been removed since.
            with suppress(NotFoundError):
                lines.append(SourceLine(index.source(source_id), count))
    return lines


def _failure(run: StoredRun, language: Language) -> Explained | None:
    if run.error is None:
        return None
    return explain_stored(run.error, language)


def _has_report(store: Store, report_id: str) -> bool:
    try:
        store.reports.get(report_id)
    except NotFoundError:
        return False
    return True
