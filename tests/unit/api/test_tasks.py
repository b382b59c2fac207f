"""Tasks, in every state."""

from __future__ import annotations

import time

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from tests.unit.api.conftest import TOPIC, event
from virtual_lab.domain import EventKind, Question
from virtual_lab.errors import RefusedRequestError, RunFailedError, TimeLimitError
from virtual_lab.services.service import Service
from virtual_lab.store import RunState, Store, StoredRun


def test_a_run_that_waits(client: TestClient, waiting: StoredRun) -> None:
    answer = client.get(f"/api/task/{waiting.id}")
    assert answer.status_code == 200
    assert answer.headers["retry-after"]
    assert answer.json() == {
        "task_id": waiting.id,
        "status": "pending",
        "progress": {"current": 0, "total": 0, "status": "Waiting for a worker."},
        "start_at": waiting.due_at.isoformat().replace("+00:00", "Z"),
    }


def test_the_start_is_told_only_until_it_has_come(client: TestClient, store: Store) -> None:
    run = store.runs.submit(Question(topic=TOPIC), run_id="due")
    assert set(client.get(f"/api/task/{run.id}").json()) == {"task_id", "status", "progress"}
    listed = client.get("/api/tasks?limit=1").json()["tasks"][0]
    assert (listed["start_at"], listed["priority"]) == (None, "interactive")


def test_a_run_that_works(client: TestClient, store: Store, waiting: StoredRun) -> None:
    lease = store.leases.claim(waiting.id, "worker")
    assert lease
    store.events.append(lease, event(EventKind.PLANNED, 1))
    assert client.get(f"/api/task/{waiting.id}").json() == {
        "task_id": waiting.id,
        "status": "progress",
        "progress": {"current": 1, "total": 3, "status": "step 1"},
    }


def test_a_run_that_succeeded(client: TestClient, finished: StoredRun) -> None:
    answer = client.get(f"/api/task/{finished.id}")
    body = answer.json()
    assert "retry-after" not in answer.headers
    assert set(body) == {"task_id", "status", "progress", "result"}
    assert body["status"] == "success"
    assert body["result"].pop("report").startswith("# Novel foods")
    assert body["result"] == {
        "status": "completed",
        "session_id": finished.session_id,
        "query": TOPIC,
    }


def test_a_run_whose_report_was_deleted(
    client: TestClient, store: Store, finished: StoredRun
) -> None:
    store.reports.delete(finished.id)
    assert client.get(f"/api/task/{finished.id}").json()["result"]["report"] == ""


def test_a_run_that_failed_says_where_its_partial_report_is(
    client: TestClient, store: Store, finished: StoredRun
) -> None:
    lease = store.leases.claim(store.runs.submit(Question(topic=TOPIC)).id, "worker")
    assert lease
    report = store.reports.get(finished.id).report
    store.leases.fail(lease, TimeLimitError("60 s"), report)
    body = client.get(f"/api/task/{lease.run_id}").json()
    assert body["partial_report"] == f"/api/reports/{lease.run_id}"
    assert client.get(body["partial_report"]).status_code == 200


def test_a_run_that_failed_and_is_resumed(
    client: TestClient, store: Store, waiting: StoredRun
) -> None:
    lease = store.leases.claim(waiting.id, "worker")
    assert lease
    store.leases.fail(lease, RunFailedError("the model is gone"))
    body = client.get(f"/api/task/{waiting.id}").json()
    assert body["status"] == "failure"
    assert body["error"] == "The run failed: the model is gone"
    assert "result" not in body
    assert "partial_report" not in body
    assert client.delete(f"/api/task/{waiting.id}").status_code == 409
    answer = client.post(f"/api/task/{waiting.id}/resume")
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/api/task/{waiting.id}"
    assert answer.json()["status"] == "pending"
    assert "error" not in answer.json()


def test_cancelling_stops_at_once_what_waits(client: TestClient, waiting: StoredRun) -> None:
    for _ in range(2):
        answer = client.delete(f"/api/task/{waiting.id}")
        assert answer.status_code == 200
        assert answer.json()["status"] == "cancelled"


def test_cancelling_tells_the_worker_of_what_works(
    client: TestClient, store: Store, waiting: StoredRun
) -> None:
    lease = store.leases.claim(waiting.id, "worker")
    assert lease
    answer = client.delete(f"/api/task/{waiting.id}")
    assert (answer.status_code, answer.json()["status"]) == (202, "progress")
    assert store.leases.is_cancelled(lease)


def test_what_is_going_on_cannot_be_resumed(client: TestClient, waiting: StoredRun) -> None:
    answer = client.post(f"/api/task/{waiting.id}/resume")
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:virtual-lab:conflict"


def test_the_list_is_newest_first_in_pages(client: TestClient, store: Store) -> None:
    ids = []
    for number in range(5):
        question = Question(topic=f"question {number}")
        ids.append(store.runs.submit(question, start_in_s=3600).id)
        time.sleep(0.005)  # the clock of SQLite counts milliseconds
    first = client.get("/api/tasks", params={"limit": 3}).json()
    second = client.get("/api/tasks", params={"limit": 3, "cursor": first["next"]}).json()
    shown = [line["task_id"] for line in first["tasks"] + second["tasks"]]
    assert shown[:5] == ids[::-1]
    line = first["tasks"][0]
    assert (line["query"], line["status"]) == ("question 4", "pending")
    assert line["created_at"].endswith("Z")


def test_the_list_by_state(client: TestClient, finished: StoredRun, waiting: StoredRun) -> None:
    for state in RunState:
        lines = client.get("/api/tasks", params={"status": state}).json()["tasks"]
        assert {line["status"] for line in lines} <= {state}
    assert client.get("/api/tasks", params={"status": "nonsense"}).status_code == 422


def test_a_cursor_of_nobody_is_refused(client: TestClient) -> None:
    answer = client.get("/api/tasks", params={"cursor": "nonsense"})
    assert answer.status_code == 422
    assert "cursor" in answer.json()["detail"]


def test_a_webhook_is_told_of_with_the_task(
    client: TestClient, store: Store, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "https://example.org/hook?token=secret"
    body = {"query": TOPIC, "webhook": url, "start_in_s": 3600}
    refused = client.post("/api/research/async", json=body)
    assert refused.status_code == 422
    assert "VIRTUAL_LAB_WEBHOOK_SECRET" in refused.json()["detail"]
    secret = SecretStr("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signing = service.settings.model_copy(update={"webhook_secret": secret})
    monkeypatch.setattr(service, "settings", signing)
    inside = client.post("/api/research/async", json={**body, "webhook": "http://10.0.0.1/"})
    assert (inside.status_code, inside.json()["type"]) == (422, "urn:virtual-lab:forbidden-address")
    task_id = client.post("/api/research/async", json=body).json()["task_id"]
    assert "webhook" not in client.get(f"/api/task/{task_id}").json()
    client.delete(f"/api/task/{task_id}")
    told = client.get(f"/api/task/{task_id}").json()["webhook"]
    assert told == {"status": "pending", "attempts": 0, "error": ""}
    answered = RefusedRequestError("fetch.webhook_answered", status=500)
    store.deliveries.failed(store.deliveries.take()[0], answered, None)
    told = client.get(f"/api/task/{task_id}").json()["webhook"]
    assert told == {
        "status": "failed",
        "attempts": 1,
        "error": str(answered),
        "error_code": "fetch.webhook_answered",
    }
