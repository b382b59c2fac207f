"""Who may call."""

from __future__ import annotations

import time

import pytest
from fastapi.testclient import TestClient

from virtual_lab.api.service import Service

TASKS = "/api/tasks"
ASYNC = "/api/research/async"


def caller(client: TestClient, address: str) -> TestClient:
    """The same API, called from another address."""
    return TestClient(client.app, base_url="http://localhost:8000", client=(address, 50000))


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1"])
def test_this_machine_is_served(client: TestClient, address: str) -> None:
    assert caller(client, address).get(TASKS).status_code == 200


@pytest.mark.parametrize(
    "address", ["192.168.0.7", "10.0.0.1", "8.8.8.8", "fe80::1", "::ffff:8.8.8.8", "testclient"]
)
@pytest.mark.parametrize("path", [TASKS, "/ready", "/nowhere", "/docs"])
def test_other_machines_are_refused(client: TestClient, address: str, path: str) -> None:
    answer = caller(client, address).get(path)
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert "API key" in answer.json()["detail"]


def test_the_first_key_counts_within_a_moment_and_its_removal_too(
    client: TestClient, service: Service
) -> None:
    assert client.get(TASKS).status_code == 200
    shown = {"X-API-Key": service.store.keys.add("ann")}
    until = time.monotonic() + 30
    while client.get(TASKS).status_code != 401:
        assert time.monotonic() < until
    assert client.get(TASKS, headers=shown).status_code == 200
    service.store.keys.remove("ann")
    assert client.get(TASKS).status_code == 200


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:9", "[::1]:8000"])
def test_the_names_of_this_machine_are_served(client: TestClient, host: str) -> None:
    assert client.get(TASKS, headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "[::1", ""]
)
def test_a_name_that_only_resolves_to_this_machine_is_refused(
    client: TestClient, host: str
) -> None:
    assert client.get(TASKS, headers={"Host": host}).status_code == 403


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost:3000", "http://[::1", "http://"]
)
def test_a_page_of_another_origin_changes_nothing(client: TestClient, origin: str) -> None:
    answer = client.post(ASYNC, json={"query": "x"}, headers={"Origin": origin})
    assert answer.status_code == 403


def test_a_page_of_this_server_may_submit(client: TestClient) -> None:
    headers = {"Origin": "http://localhost:8000"}
    assert client.post(ASYNC, json={"query": "x"}, headers=headers).status_code == 202


def test_no_answer_is_open_to_other_origins(client: TestClient) -> None:
    answer = client.get(TASKS, headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
