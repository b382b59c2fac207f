"""Health, readiness and figures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from virtual_lab import __version__
from virtual_lab.domain import Question
from virtual_lab.errors import BrokerDownError, StoreError, VirtualLabError, WorkerSilentError
from virtual_lab.services.service import Service
from virtual_lab.store import RunState, Store, StoredRun


@contextmanager
def failing(target: object, name: str, error: VirtualLabError) -> Iterator[None]:
    """A method raises an error inside; real brokers fail in the acceptance tests."""

    def fail(*arguments: object) -> None:
        raise error

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(target, name, fail)
        yield


def test_the_process_lives(client: TestClient) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "version": __version__})


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1"])
def test_the_process_lives_whatever_its_store_does(
    client: TestClient, service: Service, address: str
) -> None:
    prober = TestClient(client.app, base_url="http://localhost:8000", client=(address, 50000))
    with failing(service.store.keys, "exist", StoreError("it stands still")):
        # A key that is shown is looked for in the store at once.
        assert client.get("/ready", headers={"X-API-Key": "any"}).status_code == 503
        assert prober.get("/health", headers={"X-API-Key": "any"}).status_code == 200


def test_the_process_is_ready(client: TestClient, store: Store) -> None:
    body = client.get("/ready").json()
    assert set(body["runs"]) == set(RunState)
    assert body["store"] == "ok"


def test_without_a_broker_the_process_serves_and_says_so(
    client: TestClient, service: Service
) -> None:
    with failing(service.queue.broker, "check", BrokerDownError("redis://10.1.2.3:6379")):
        answer = client.get("/ready")
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["broker"] == BrokerDownError().title
    assert "10.1.2.3" not in answer.text


def test_without_a_store_the_process_is_not_ready(client: TestClient, store: Store) -> None:
    with failing(store.runs, "counts", StoreError("the disk is full")):
        answer = client.get("/ready")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]


def test_a_silent_worker_is_a_503_that_says_what_to_do(
    client: TestClient, service: Service
) -> None:
    with failing(service.queue, "check_worker", WorkerSilentError("broker /some/where")):
        answer = client.get("/api/celery/health")
    assert answer.status_code == 503
    assert "virtual-lab worker" in answer.json()["title"]
    assert "/some/where" not in answer.text


def test_the_figures(client: TestClient, store: Store, finished: StoredRun) -> None:
    store.runs.submit(Question(topic="a"))
    client.get("/api/tasks")
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = {
        (sample.name, sample.labels.get("state")): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    for state, count in store.runs.counts().items():
        assert found["virtual_lab_runs", state.value] == count
    assert found["virtual_lab_oldest_pending_age_seconds", None] > 0
    assert found["virtual_lab_http_request_seconds_count", None] > 0


def test_calls_are_measured_by_their_pattern(client: TestClient) -> None:
    for name in ("nobody", "nowhere"):
        client.get(f"/api/task/{name}")
    text = client.get("/metrics").text
    assert 'path="/api/task/{task_id}",status="404"' in text
    assert "nowhere" not in text


def test_readiness_tells_what_is_wrong_and_what_to_do(
    client: TestClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.store.runs, "longest_wait_s", lambda: 90.0)
    monkeypatch.setattr(service.store.leases, "held", list)
    body = client.get("/ready").json()
    assert body["status"] == "degraded"
    assert "90 s" in body["advice"][0]["what"]
    assert "virtual-lab worker" in body["advice"][0]["remedy"]
