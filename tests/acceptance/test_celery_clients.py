"""Celery's own clients: the names, states and results of the first design."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery
from celery.exceptions import TaskRevokedError

from tests.acceptance.processes import Processes, processes_in, wait_for
from virtual_lab.domain import Question
from virtual_lab.errors import NotFoundError
from virtual_lab.jobs.broker.broker import Broker
from virtual_lab.jobs.run_log import open_store
from virtual_lab.store import RunState, Store
from virtual_lab.testing import ModelServer

QUERY = "Which foods need a novel food authorisation in the EU?"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """A worker, started with the command of the first design."""
    with processes_in(tmp_path_factory.mktemp("celery") / "data") as processes:
        processes.start_worker()
        yield processes


@pytest.fixture(scope="module")
def client(running: Processes) -> Iterator[Celery]:
    """A client that knows the address of the broker and the names of the tasks, nothing else."""
    url = Broker(running.settings).url
    with Celery(broker=url, backend=url, set_as_current=False) as app:
        yield app


@pytest.fixture(scope="module")
def store(running: Processes) -> Iterator[Store]:
    """The store of the worker."""
    with open_store(running.settings) as opened:
        yield opened


def follow(client: Celery, task_id: str) -> dict[str, list[int]]:
    """The states that a client sees until the end, in their order, each with its steps."""
    seen: dict[str, list[int]] = {}

    def is_over() -> bool:
        # State and progress of one moment, as they were stored together.
        meta = client.backend.get_task_meta(task_id, cache=False)
        info = meta["result"]
        if meta["status"] == "PROGRESS":
            assert set(info) == {"current", "total", "status"}
            assert info["status"]
        step = info["current"] if meta["status"] == "PROGRESS" else 0
        seen.setdefault(meta["status"], []).append(step)
        return meta["status"] in ("SUCCESS", "FAILURE")

    wait_for(is_over, "the end of the run")
    return seen


def test_celery_health_check(client: Celery) -> None:
    answer = client.send_task("tasks.health_check").get(timeout=20)
    assert answer == {"status": "ok", "message": "Celery worker is running"}


def test_celery_run_moves_from_pending_through_progress_to_success(tmp_path: Path) -> None:
    # With a model, since a run without one may be over before a client looks twice.
    with ModelServer(latency_s=0.3) as model, processes_in(tmp_path / "data") as processes:
        processes.start_worker(OPENAI_BASE_URL=model.base_url, VIRTUAL_LAB_ONLY_LOCAL_MODELS="true")
        url = Broker(processes.settings).url
        with Celery(broker=url, backend=url, set_as_current=False) as client:
            seen = follow(client, client.send_task("tasks.run_research", [QUERY]).id)
    assert list(seen)[-2:] == ["PROGRESS", "SUCCESS"]
    steps = seen["PROGRESS"]
    assert steps == sorted(steps)
    assert len(set(steps)) > 1, "the progress moves"


def test_celery_run_gives_the_result_of_the_first_design(client: Celery, store: Store) -> None:
    result = client.send_task("tasks.run_research", [QUERY])
    answer = result.get(timeout=20)
    assert set(answer) == {"status", "report", "session_id", "query"}
    assert answer["status"] == "completed"
    assert answer["query"] == QUERY
    assert answer["report"].startswith(f"# {QUERY}")
    run = store.runs.get(result.id)
    assert run.state is RunState.SUCCESS
    assert run.session_id == answer["session_id"]
    assert store.reports.get(run.id).report.topic == QUERY


@pytest.mark.parametrize(
    ("query", "words"), [("", "at least 1 character"), (7, "valid string"), ("x" * 2001, "2000")]
)
def test_celery_run_of_no_question_is_a_failure_that_can_be_read(
    client: Celery, store: Store, query: object, words: str
) -> None:
    result = client.send_task("tasks.run_research", [query])
    error = result.get(timeout=20, propagate=False)
    assert result.state == "FAILURE"
    assert type(error).__name__ == "InvalidInputError"
    assert words in str(error)
    with pytest.raises(NotFoundError):
        store.runs.get(result.id)


def test_celery_result_of_a_failed_run_can_be_read(client: Celery, store: Store) -> None:
    run = store.runs.submit(Question(topic=QUERY, collections=("nowhere",)))
    result = client.AsyncResult(run.id)
    error = result.get(timeout=20, propagate=False)
    assert result.state == "FAILURE"
    assert type(error).__name__ == "NotFoundError"
    assert str(error).startswith("There is no such thing: collection nowhere")
    failed = store.runs.get(run.id)
    assert failed.error
    assert failed.error[:2] == ("NotFoundError", str(error))


def test_celery_client_sees_that_a_run_was_cancelled(client: Celery, store: Store) -> None:
    run = store.runs.submit(Question(topic=QUERY), start_in_s=3600)
    store.runs.cancel(run.id)
    result = client.send_task("tasks.run_research", [QUERY], task_id=run.id)
    with pytest.raises(TaskRevokedError):
        result.get(timeout=20)
    assert result.state == "REVOKED"
    assert store.runs.get(run.id).attempt == 0, "nothing was done"


def test_celery_revoke_cancels_the_run(client: Celery, store: Store) -> None:
    run = store.runs.submit(Question(topic=QUERY), start_in_s=3600)
    assert client.control.revoke(run.id, reply=True, limit=1, timeout=30), "the worker has heard it"
    client.send_task("tasks.run_research", [QUERY], task_id=run.id)
    wait_for(lambda: store.runs.get(run.id).state is RunState.CANCELLED, "the cancel")


def test_celery_message_of_a_finished_run_gives_its_result_again(
    client: Celery, store: Store
) -> None:
    first = client.send_task("tasks.run_research", [QUERY]).get(timeout=60)
    run_id = first["session_id"]
    client.AsyncResult(run_id).forget()
    again = client.send_task("tasks.run_research", ["something else"], task_id=run_id)
    assert again.get(timeout=20) == first
    assert store.runs.get(run_id).attempt == 1, "no step was done again"


def test_celery_call_makes_a_run_like_any_other(running: Processes, store: Store) -> None:
    query = "유전자교정 식품의 안전성은 어떻게 평가하는가?"
    called = running.run(
        *(sys.executable, "-m", "celery", "-A", "celery_app", "call", "tasks.run_research"),
        f"--args={json.dumps([query])}",
    )
    assert called.returncode == 0, called.stderr
    run_id = called.stdout.strip()
    wait_for(
        lambda: run_id in {run.id for run in store.runs.list(RunState.SUCCESS).items},
        "the run of celery call",
    )
    assert store.runs.get(run_id).question.topic == query


def test_celery_logs_tell_the_run_and_no_report(running: Processes, store: Store) -> None:
    lines = running.log("worker").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines if line.startswith("{")]
    ours = [entry for entry in entries if entry["logger"] == "virtual_lab.jobs.worker.runner"]
    assert ours
    assert all(entry["run_id"] for entry in ours)
    assert max(map(len, lines)) < 2000


def test_verify_celery_checks_a_running_worker(running: Processes) -> None:
    checked = running.run(sys.executable, "verify_celery.py")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert checked.stdout.isascii()
    assert "no worker runs" not in checked.stdout
    # A run that is over at once shows no progress.
    assert re.search("went through (PENDING, )?(PROGRESS, )?SUCCESS", checked.stdout)


def test_verify_celery_starts_what_does_not_run_and_leaves_nothing(processes: Processes) -> None:
    checked = processes.run(sys.executable, "verify_celery.py")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "no worker runs; starting one" in checked.stdout
    broker = Broker(processes.settings).embedded
    assert broker
    assert broker.pid is None


def test_verify_celery_says_what_fails(processes: Processes) -> None:
    checked = processes.run(
        sys.executable, "verify_celery.py", REDIS_URL="redis://user:hidden@127.0.0.1:1/0"
    )
    assert checked.returncode == 1
    assert "[FAIL] The message broker does not answer: redis://127.0.0.1:1/0" in checked.stdout
    assert "hidden" not in checked.stdout + checked.stderr


def test_celery_worker_starts_with_the_script_and_ends_in_order(processes: Processes) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    worker = processes.start(
        *("bash", "scripts/start_worker.sh", "--pool=solo"), name="worker", PATH=path
    )
    log = processes.log("worker")
    wait_for(lambda: " ready." in log.read_text(encoding="utf-8"), "the worker to be ready")
    broker = Broker(processes.settings).embedded
    assert broker
    assert broker.pid
    with open_store(processes.settings) as store:
        run_id = store.runs.submit(Question(topic=QUERY, rounds=1)).id
        wait_for(lambda: store.runs.get(run_id).state is RunState.SUCCESS, "a run without forks")
    assert processes.end(worker) == 0
    assert broker.pid is None
    assert not broker.socket.exists()
