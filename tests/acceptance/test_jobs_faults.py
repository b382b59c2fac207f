"""A run ends exactly once, whatever dies on the way, and no finished step is done again."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.processes import wait_for
from tests.acceptance.service import TOPIC, Service, service_in
from virtual_lab.domain import EventKind
from virtual_lab.store import RunState

DEADLY = "Is nightshade a food?"  # see slow_worker.py
SECRET = "sk-" + "a1b2c3d4" * 4


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose worker goes on from test to test."""
    with service_in(tmp_path_factory.mktemp("faults") / "data") as service:
        service.start_worker("--concurrency=3", OPENAI_API_KEY=SECRET)
        yield service


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A service without a worker."""
    with service_in(tmp_path / "data") as started:
        yield started


def assert_nothing_twice(service: Service, run_id: str, finished_before: list[str]) -> None:
    """No call that had ended before the crash was begun again."""
    begun = Counter(service.calls(run_id, "begin"))
    assert [call for call in finished_before if begun[call] > 1] == []


def test_a_run_whose_child_is_killed_goes_on_without_doing_anything_twice(
    running: Service,
) -> None:
    run_id = running.submit(step_s=0.4)
    running.wait_for_call(run_id, "critique")
    finished = running.calls(run_id, "end")
    assert len(finished) >= 3, "the plan and the specialists"
    os.kill(running.pid_of(run_id), signal.SIGKILL)
    run = running.wait_for_state(run_id)
    assert (run.state, run.attempt, run.crashes) == (RunState.SUCCESS, 2, 1)
    assert_nothing_twice(running, run_id, finished)
    told = running.kinds(run_id)
    assert told.count(EventKind.REQUEUED) == 1
    assert told.count(EventKind.PLANNED) == 1
    assert told[-1] is EventKind.FINISHED
    assert len(running.store.reports.versions(run_id)) == 1


def test_a_run_that_kills_its_process_every_time_is_quarantined_alone(running: Service) -> None:
    deadly = running.submit(step_s=0.0, topic=DEADLY)
    neighbour = running.submit(step_s=0.1)
    run = running.wait_for_state(deadly)
    assert run.state is RunState.FAILURE
    assert run.error
    assert run.error.type == "QuarantinedError"
    assert run.attempt == 3
    assert running.wait_for_state(neighbour).state is RunState.SUCCESS
    assert running.queue.resume(deadly).state is RunState.PENDING
    assert running.wait_for_state(deadly).attempt == 6


def test_a_running_run_is_cancelled_within_seconds(running: Service) -> None:
    run_id = running.submit(step_s=60.0)
    running.wait_for_call(run_id, "plan")
    running.queue.cancel(run_id)
    running.wait_for_state(run_id, RunState.CANCELLED)
    assert running.calls(run_id, "end") == []
    assert running.kinds(run_id)[-1] is EventKind.CANCELLED


def test_a_message_that_comes_many_times_is_worked_off_once(running: Service) -> None:
    run_id = running.submit(step_s=0.2)
    running.wait_for_call(run_id, "plan")
    with running.queue.publisher() as publisher:
        for _ in range(3):
            publisher.send("tasks.run_research", run_id, (TOPIC,))
    run = running.wait_for_state(run_id)
    assert (run.state, run.attempt) == (RunState.SUCCESS, 1)
    assert running.calls(run_id, "begin").count("plan") == 1


def test_the_log_of_the_worker_shows_no_secret(running: Service) -> None:
    text = running.processes.log("worker").read_text(encoding="utf-8")
    assert "ready." in text
    assert SECRET not in text


def test_a_run_whose_worker_is_killed_is_finished_by_another_one(service: Service) -> None:
    first = service.start_worker()
    run_id = service.submit(step_s=0.4)
    service.wait_for_call(run_id, "critique")
    finished = service.calls(run_id, "end")
    service.processes.kill(first)
    service.start_worker(name="second")
    run = service.wait_for_state(run_id)
    assert (run.state, run.attempt, run.crashes) == (RunState.SUCCESS, 2, 1)
    assert_nothing_twice(service, run_id, finished)


def test_a_worker_that_is_asked_to_stop_gives_its_run_back(service: Service) -> None:
    first = service.start_worker("--concurrency=1", VIRTUAL_LAB_DRAIN_S="0")
    run_id = service.submit(step_s=60.0)
    service.wait_for_call(run_id, "plan")
    assert service.processes.end(first) == 0
    run = service.store.runs.get(run_id)
    assert (run.state, run.crashes) == (RunState.PENDING, 0)
    wait_for(lambda: service.store.runs.get(run_id).published_at, "it to be published again")


def test_a_broker_that_loses_everything_loses_no_run(service: Service) -> None:
    ids = [service.submit(step_s=0.0) for _ in range(3)]
    wait_for(
        lambda: all(service.store.runs.get(run_id).published_at for run_id in ids),
        "all to be published",
    )
    with service.queue.broker.client() as client:
        client.flushall()
    service.start_worker()
    for run_id in ids:
        run = service.wait_for_state(run_id)
        assert (run.state, run.error) == (RunState.SUCCESS, None)


def test_a_broker_that_is_killed_is_started_again_and_its_worker_goes_on(
    service: Service,
) -> None:
    service.start_worker()
    working = service.submit(step_s=0.3)
    service.wait_for_call(working, "plan")
    pid = service.pid_of_broker()
    service.signal_broker(signal.SIGKILL)
    waiting = service.submit(step_s=0.0)
    assert service.wait_for_state(working).state is RunState.SUCCESS
    assert service.wait_for_state(waiting).state is RunState.SUCCESS
    assert service.pid_of_broker() != pid
