"""Tasks: runs in the background, for the clients that wait for them."""

from __future__ import annotations

from typing import Annotated

import anyio
from fastapi import APIRouter, Query, Response

from virtual_lab.api.answers import TaskAnswer, TaskLine, TaskPage
from virtual_lab.api.research import POLL_AGAIN_S, location
from virtual_lab.http.dependencies import CurrentService
from virtual_lab.http.parameters import TaskId
from virtual_lab.http.problems import documented
from virtual_lab.services.service import Service
from virtual_lab.store import RunState

router = APIRouter(prefix="/api", tags=["tasks"])


@router.get("/task/{task_id}", responses=documented(404, 503), response_model_exclude_none=True)
async def get_task(task_id: TaskId, service: CurrentService, response: Response) -> TaskAnswer:
    """The progress of a run, and its result once it has one."""
    # For a plain function FastAPI would use a second thread to validate the answer.
    answer = await anyio.to_thread.run_sync(_look_up, service, task_id)
    if not answer.status.is_final:
        response.headers["Retry-After"] = str(POLL_AGAIN_S)
    return answer


def _look_up(service: Service, task_id: str) -> TaskAnswer:
    run = service.store.runs.get(task_id)
    if not run.state.is_final:
        return TaskAnswer.of(run)
    report = service.results.markdown(task_id) if run.state is RunState.SUCCESS else ""
    delivery = service.store.deliveries.last(task_id) if run.webhook else None
    has_partial = run.state is RunState.FAILURE and bool(service.store.reports.versions(task_id))
    return TaskAnswer.of(run, report, delivery, has_partial)


@router.delete(
    "/task/{task_id}",
    responses={
        202: {"model": TaskAnswer, "description": "Its worker has been told to stop."},
        **documented(404, 409, 503),
    },
    response_model_exclude_none=True,
)
def cancel_task(task_id: TaskId, service: CurrentService, response: Response) -> TaskAnswer:
    """Cancel a run: 200 if it has stopped, 202 if its worker has been told to stop."""
    run = service.queue.cancel(task_id)
    response.status_code = 200 if run.state.is_final else 202
    return TaskAnswer.of(run)


@router.post(
    "/task/{task_id}/resume",
    status_code=202,
    responses=documented(404, 409, 503),
    response_model_exclude_none=True,
)
def resume_task(task_id: TaskId, service: CurrentService, response: Response) -> TaskAnswer:
    """Continue a failed or cancelled run after its finished steps."""
    run = service.queue.resume(task_id)
    response.headers["Location"] = location(run)
    response.headers["Retry-After"] = str(POLL_AGAIN_S)
    return TaskAnswer.of(run)


@router.get("/tasks", responses=documented(422, 503))
def list_tasks(
    service: CurrentService,
    status: Annotated[RunState | None, Query(description="Only runs in this state.")] = None,
    cursor: Annotated[
        str | None, Query(max_length=300, description="The next of the page before.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> TaskPage:
    """Runs, the newest first."""
    page = service.store.runs.list(status, cursor, limit)
    return TaskPage(tasks=[TaskLine.of(run) for run in page.items], next=page.next)
