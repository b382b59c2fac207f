"""The order in which a real worker takes runs from a real broker."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.processes import wait_for
from tests.acceptance.service import service_in
from virtual_lab.domain import Question
from virtual_lab.store import Priority, RunState, Submission

QUESTION = Question(topic="Which foods need an authorisation?", constraints="0", model="none")
BATCH = 50


def test_an_interactive_run_starts_before_the_batch_runs_that_came_first(tmp_path: Path) -> None:
    with service_in(tmp_path) as service:
        submission = Submission(QUESTION, priority=Priority.BATCH)
        batch = [run.id for run in service.queue.submit_all([submission] * BATCH)]
        urgent = service.queue.submit(QUESTION).id
        wait_for(
            lambda: all(service.store.runs.get(run_id).published_at for run_id in [*batch, urgent]),
            "all messages to be with the broker",
        )
        service.start_worker("--concurrency=1")
        first = service.wait_for_state(urgent, RunState.SUCCESS)
        service.wait_for_state(batch[0])
        started = [service.store.runs.get(run_id).started_at for run_id in batch]
        assert first.started_at
        assert all(at > first.started_at for at in started if at)
