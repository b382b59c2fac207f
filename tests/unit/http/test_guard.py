"""Who may call."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from virtual_lab.api import make_app
from virtual_lab.services.service import Service
from virtual_lab.settings import Settings

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


@pytest.mark.parametrize(
    "name",
    [
        "Forwarded",
        "Via",
        "X-Real-IP",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Forwarded-Server",
        "X-Client-IP",
        "X-Original-Forwarded-For",
        "X-Envoy-External-Address",
        "CF-Connecting-IP",
        "CF-Ray",
        "True-Client-IP",
        "Fastly-Client-IP",
        "Tailscale-User-Login",
    ],
)
@pytest.mark.parametrize("path", [TASKS, "/ready", "/metrics", "/nowhere", "/docs"])
def test_what_a_proxy_passed_on_is_refused(client: TestClient, name: str, path: str) -> None:
    answer = client.get(path, headers={name: "127.0.0.1"})
    assert answer.status_code == 403
    assert name.lower() in answer.json()["detail"]
    assert client.get("/health", headers={name: "127.0.0.1"}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Referer": "http://localhost:8000/library"}, 200),
        ({"Referer": "http://127.0.0.1:3000/"}, 200),
        ({"Referer": "https://lab.example/"}, 403),
        ({"Referer": "https://lab.example/", "Sec-Fetch-Site": "same-origin"}, 403),
        ({"Referer": "https://wiki.example/", "Sec-Fetch-Site": "cross-site"}, 200),
        ({"Origin": "https://lab.example"}, 403),
        ({"Origin": "https://lab.example", "Sec-Fetch-Site": "same-origin"}, 403),
    ],
)
def test_a_page_that_was_opened_under_another_name_is_refused(
    client: TestClient, headers: dict[str, str], status: int
) -> None:
    assert client.get(TASKS, headers=headers).status_code == status


@pytest.fixture
def open_client(settings: Settings) -> Iterator[TestClient]:
    """The API without keys, opened to the network, at 192.0.2.2, called from 192.0.2.9."""
    app = make_app(settings.model_copy(update={"serve_network_without_keys": True}))
    with TestClient(app, base_url="http://192.0.2.2:8000", client=("192.0.2.9", 50000)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:9000"}, 200),
        ({"Referer": "http://192.0.2.2:8000/library"}, 200),
        ({"Host": "192.0.2.3:8000"}, 403),
        ({"Host": "evil.example"}, 403),
        ({"Referer": "https://lab.example/"}, 403),
        ({"X-Forwarded-For": "192.0.2.9"}, 403),
    ],
)
def test_the_network_is_served_where_the_settings_say_so_and_still_no_proxy_or_other_name(
    open_client: TestClient, headers: dict[str, str], status: int
) -> None:
    assert open_client.get(TASKS, headers=headers).status_code == status


def test_monitoring_from_the_network_needs_a_key_where_there_are_some(
    open_client: TestClient,
) -> None:
    store = open_client.app.state.service.store  # type: ignore[attr-defined]
    shown = {"X-API-Key": store.keys.add("ann")}
    try:
        assert open_client.get("/metrics", headers=shown).status_code == 200
        assert open_client.get("/metrics").status_code == 401
    finally:
        store.keys.remove("ann")


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
