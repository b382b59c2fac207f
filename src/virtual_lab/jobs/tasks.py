"""The two Celery tasks; ``worker/runner.py`` does the work of a run."""

from __future__ import annotations

from typing import Any

from celery import Task, states
from celery.exceptions import Ignore, TaskRevokedError

from virtual_lab.errors import VirtualLabError, restore
from virtual_lab.jobs.app import app
from virtual_lab.jobs.dispatch.publisher import RUN_IS_STORED_HEADER
from virtual_lab.jobs.worker.celery_progress import CeleryProgress
from virtual_lab.store import RunState

PROGRESS = "PROGRESS"


@app.task(name="tasks.run_research", bind=True, throws=(VirtualLabError,), resultrepr_maxsize=100)
def run_research(self: Task, user_query: str) -> dict[str, Any]:
    """Answer a question; the id of the task is the id of the run.

    A stored run of this id is answered with its own question and options.

    Raises:
        VirtualLabError: the run failed; Celery stores the error as the result.
    """
    # Imported here because it loads the lab, which a process that only sends tasks does not need.
    from virtual_lab.jobs.worker.runner import work

    run_id = self.request.id
    backend = self.backend  # In another thread this would be a backend with new connections.

    def tell(meta: dict[str, Any]) -> None:
        backend.store_result(run_id, meta, PROGRESS, request=self.request)

    with CeleryProgress(tell) as mirror:
        outcome = work(
            run_id, user_query, mirror.show, self.request.get(RUN_IS_STORED_HEADER, False)
        )
    if outcome is None:
        raise Ignore
    if outcome.run.state is RunState.SUCCESS:
        return outcome.result()
    if outcome.run.error:
        raise restore(*outcome.run.error)
    if outcome.run.state is RunState.CANCELLED:
        backend.store_result(
            run_id, TaskRevokedError("cancelled"), states.REVOKED, request=self.request
        )
    # Another worker has the run, or will get it: the result of this message is not the run's.
    raise Ignore


@app.task(name="tasks.health_check")
def health_check() -> dict[str, str]:
    """Answer that a worker is running."""
    return {"status": "ok", "message": "Celery worker is running"}
