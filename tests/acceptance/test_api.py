"""The API with real processes: uvicorn, a Celery worker, Valkey, and the Python client."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.acceptance.api_server import ApiServer
from tests.acceptance.processes import Processes, processes_in, wait_for
from virtual_lab.client import AsyncLab, Lab, LabEvent
from virtual_lab.domain import EventKind
from virtual_lab.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    ReusedKeyError,
    RunCancelledError,
)
from virtual_lab.jobs.broker.embedded import EmbeddedBroker

QUERY = "Which foods need a novel food authorisation in the EU?"
AT_ONCE = {"query": QUERY, "constraints": "0"}
SLOW = "tests.acceptance.slow_worker"
HANG_S = 15.0
"""Far above the promised 3 and 5 s, for a busy machine; Celery's own calls hang 19 s and more."""


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """A data folder with a worker in slow motion: constraints say how slow, 0 is not at all."""
    with processes_in(tmp_path_factory.mktemp("api") / "data") as processes:
        processes.start_worker("--concurrency=2", app=SLOW)
        yield processes


@pytest.fixture(scope="module")
def api(everything: Processes) -> Iterator[ApiServer]:
    """The API of that folder."""
    with ApiServer(everything) as started:
        yield started


@pytest.fixture
def serve(processes: Processes) -> Iterator[Callable[..., ApiServer]]:
    """Starts an API in a folder of its own, with environment variables."""
    with ExitStack() as stack:
        yield lambda **environment: stack.enter_context(ApiServer(processes, **environment))


@pytest.fixture
def lab(api: ApiServer) -> Iterator[Lab]:
    """The Python client."""
    with Lab(api.url) as opened:
        yield opened


def broker_of(api: ApiServer, processes: Processes) -> EmbeddedBroker:
    """The embedded broker, once it answers."""
    wait_for(lambda: api.http.get("/ready").json()["status"] == "ready", "the broker")
    return EmbeddedBroker(processes.data / "broker")


# --- the calls of the first design ---------------------------------------------------------------


def test_a_run_moves_from_pending_through_progress_to_success(api: ApiServer) -> None:
    answer = api.http.post("/api/research/async", json={"query": QUERY, "constraints": "0.05"})
    assert answer.status_code == 202
    assert set(answer.json()) == {"task_id", "status", "message"}
    assert answer.json()["status"] == "processing"
    task_id = answer.json()["task_id"]
    assert answer.headers["location"] == f"/api/task/{task_id}"
    assert answer.headers["retry-after"]

    seen: dict[str, list[int]] = {}

    def is_over() -> bool:
        body = api.task(task_id)
        assert body["task_id"] == task_id
        progress = body["progress"]
        assert set(progress) == {"current", "total", "status"}  # type: ignore[call-overload]
        seen.setdefault(str(body["status"]), []).append(progress["current"])  # type: ignore[index]
        return body["status"] in ("success", "failure", "cancelled")

    wait_for(is_over, "the end of the run")
    assert list(seen)[-2:] == ["progress", "success"]
    assert seen["progress"] == sorted(seen["progress"])
    assert len(set(seen["progress"])) > 1, "the progress moves"
    result = api.task(task_id)["result"]
    assert set(result) == {"status", "report", "session_id", "query"}  # type: ignore[call-overload]
    assert (result["status"], result["query"]) == ("completed", QUERY)  # type: ignore[index]
    assert result["report"].startswith(f"# {QUERY}")  # type: ignore[index]


def test_a_worker_that_is_there_says_so(api: ApiServer) -> None:
    answer = api.http.get("/api/celery/health")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "message": "Celery worker is running"}


def test_a_question_is_answered_without_broker_and_worker(
    processes: Processes, serve: Callable[..., ApiServer]
) -> None:
    api = serve(REDIS_URL="redis://127.0.0.1:1/0")
    answer = api.http.post("/api/research", json={"topic": QUERY, "constraints": "EU", "rounds": 1})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["report"].startswith(f"# {QUERY}")
    assert body["messages"]
    assert body["rounds"] == 1


# --- whatever happens to broker and worker -------------------------------------------------------


def unhealthy(api: ApiServer) -> str:
    """The title of the problem with which the health check must answer, in time."""
    started = time.monotonic()
    answer = api.http.get("/api/celery/health")
    assert time.monotonic() - started < HANG_S
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    title: str = answer.json()["title"]
    return title


def submit_at_once(api: ApiServer) -> str:
    """Submit while something is broken; the answer must come in time."""
    started = time.monotonic()
    task_id = api.submit(QUERY)
    assert time.monotonic() - started < HANG_S
    assert api.task(task_id)["status"] == "pending"
    return task_id


def test_without_a_worker_runs_wait_until_there_is_one(
    processes: Processes, serve: Callable[..., ApiServer]
) -> None:
    api = serve()
    broker_of(api, processes)
    assert "no worker answers" in unhealthy(api).lower()
    task_id = submit_at_once(api)
    processes.start_worker()
    assert api.wait_for_end(task_id)["status"] == "success"


def test_with_a_frozen_broker_a_submit_answers_and_is_not_lost(
    processes: Processes, serve: Callable[..., ApiServer]
) -> None:
    api = serve()
    pid = broker_of(api, processes).pid
    assert pid
    os.kill(pid, signal.SIGSTOP)
    try:
        assert "broker does not answer" in unhealthy(api)
        task_id = submit_at_once(api)
        assert api.http.get("/ready").json()["status"] == "degraded"
    finally:
        os.kill(pid, signal.SIGCONT)
    processes.start_worker()
    assert api.wait_for_end(task_id)["status"] == "success"


def test_with_a_dead_broker_a_submit_answers_and_is_not_lost(
    processes: Processes, serve: Callable[..., ApiServer]
) -> None:
    api = serve(REDIS_URL="redis://127.0.0.1:1/0")
    assert "broker does not answer" in unhealthy(api)
    task_id = submit_at_once(api)
    api.kill()
    api = serve()
    processes.start_worker()
    assert api.wait_for_end(task_id)["status"] == "success"


# --- watching ------------------------------------------------------------------------------------


def test_a_killed_server_leaves_no_gap_in_what_a_watcher_sees(api: ApiServer, lab: Lab) -> None:
    run = lab.research(QUERY, constraints="0.2")
    seen: list[LabEvent] = []
    for event in run.events():
        seen.append(event)
        if event.kind is EventKind.PLANNED:
            api.kill()
            api.start()
    assert [event.seq for event in seen] == list(range(1, len(seen) + 1))
    assert seen[-1].kind is EventKind.FINISHED
    assert run.status().status == "success"


def test_submit_and_stream_in_one_call(api: ApiServer) -> None:
    with api.http.sse("/api/research/stream", method="POST", json=AT_ONCE) as source:
        messages = list(source)
        place = source.response.headers["location"]
    assert messages[0].event == "submitted"
    task_id = messages[0].json()["task_id"]  # type: ignore[index]
    assert place == f"/api/task/{task_id}"
    assert [int(message.id) for message in messages[1:]] == list(range(1, len(messages)))
    assert messages[-1].event == "finished"
    assert api.task(task_id)["status"] == "success"


def test_hanging_up_cancels_nothing(api: ApiServer, lab: Lab) -> None:
    path = "/api/research/stream"
    body = {"query": QUERY, "constraints": "0.1"}
    with api.http.sse(path, method="POST", json=body) as source:
        task_id = next(iter(source)).json()["task_id"]  # type: ignore[index]
    assert api.wait_for_end(str(task_id))["status"] == "success"


def test_many_watch_one_run(api: ApiServer) -> None:
    async def watch() -> list[list[int]]:
        async with AsyncLab(api.url) as lab:
            run = await lab.research(QUERY, constraints="0.1")

            async def numbers() -> list[int]:
                return [event.seq async for event in run.events()]

            return await asyncio.gather(*(numbers() for _ in range(30)))

    seen = asyncio.run(watch())
    assert seen[0] == list(range(1, len(seen[0]) + 1))
    assert all(numbers == seen[0] for numbers in seen)


def test_a_server_that_is_stopped_lets_go_of_its_watchers(
    processes: Processes, serve: Callable[..., ApiServer]
) -> None:
    api = serve()
    broker = broker_of(api, processes)
    task_id = api.submit(QUERY)
    with api.http.stream("GET", f"/api/task/{task_id}/events") as stream:
        assert stream.status_code == 200
        assert api.end() in (0, -signal.SIGINT)
    assert "Traceback" not in api.log()
    assert broker.pid is None
    assert not broker.socket.exists()


# --- the Python client, and what it reaches ------------------------------------------------------


def test_the_python_client_repeats_a_submit_safely(lab: Lab) -> None:
    run = lab.research(QUERY, constraints="0", idempotency_key="once")
    assert lab.research(QUERY, constraints="0", idempotency_key="once").id == run.id
    with pytest.raises(ReusedKeyError):
        lab.research(QUERY, constraints="1", idempotency_key="once")
    asked = [AT_ONCE, AT_ONCE]
    ids = [one.id for one in lab.batch(asked, idempotency_key="all")]
    assert [one.id for one in lab.batch(asked, idempotency_key="all")] == ids
    later = lab.research(QUERY, start_in_s=3600)
    assert later.status().start_at
    later.cancel()
    run.wait()
    assert run.report("csl.json").startswith(b"[")


def test_the_client_goes_through_the_life_of_a_run(lab: Lab) -> None:
    run = lab.research(QUERY, constraints="0", rounds=1)
    report = run.wait()
    assert report.startswith(f"# {QUERY}")
    assert run.report().decode() == report
    assert run.report("pdf").startswith(b"%PDF")
    with pytest.raises(ConflictError):
        run.cancel()
    with pytest.raises(NotFoundError):
        lab.run("unknown").status()
    with pytest.raises(InvalidInputError, match=r"body\.rounds"):
        lab.research(QUERY, rounds=99)


def test_a_run_is_cancelled_and_resumed(lab: Lab) -> None:
    run = lab.research(QUERY, constraints="0.3")
    next(iter(run.events()))
    run.cancel()
    with pytest.raises(RunCancelledError):
        run.wait()
    assert run.resume().status == "pending"
    kinds = [event.kind for event in run.events(after=2)]
    assert EventKind.REQUEUED in kinds
    assert run.status().status == "success"


def test_an_uploaded_document_answers_a_question(api: ApiServer, lab: Lab) -> None:
    text = "# Ferments\n\nThe dossier must describe the strain. It has a study of toxicity.\n"
    uploaded = api.http.post(
        "/api/library/collections/ferments/documents",
        files={"files": ("ferments.md", text.encode())},
    )
    assert uploaded.status_code == 201
    run = lab.research(
        "What does a dossier on ferments describe?", constraints="0", collections=["ferments"]
    )
    assert "describe the strain" in run.wait()
    listed = api.http.get("/api/reports").json()["reports"]
    assert run.id in [line["id"] for line in listed]


# --- who is served, and what breaks --------------------------------------------------------------


def test_what_a_proxy_hands_on_from_elsewhere_is_not_served(api: ApiServer) -> None:
    answer = api.http.get("/ready", headers={"X-Forwarded-For": "192.0.2.1"})
    assert answer.status_code == 403


def test_the_log_of_the_server_is_lines_of_json(api: ApiServer) -> None:
    api.http.get("/api/tasks")
    ours = [line for line in api.log().splitlines() if "Uvicorn running" in line]
    assert ours
    assert all(json.loads(line)["logger"] == "uvicorn.error" for line in ours)
    assert "GET /api/tasks" not in api.log(), "polling clients would drown everything else"


def test_schemathesis_finds_no_server_error(api: ApiServer, everything: Processes) -> None:
    done = everything.run(
        *("schemathesis", "run", f"{api.url}/openapi.json"),
        *("--checks", "not_a_server_error", "--max-examples", "10", "--workers", "1"),
        *("--phases", "examples,coverage,fuzzing", "--request-timeout", "30"),
        # These take as long as a run, and take the same bodies as /api/research/async.
        *("--exclude-path", "/api/research", "--exclude-path", "/api/research/stream"),
        *("--seed", "1", "--suppress-health-check", "all"),
        PATH=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    )
    assert done.returncode == 0, done.stdout[-4000:]
