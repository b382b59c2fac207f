"""One shape of errors on every path."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from virtual_lab import errors
from virtual_lab.errors import StoreError, VirtualLabError
from virtual_lab.http.problems import add_handlers

SECRET = "/home/someone/secret"


def assert_problem(answer: object, status: int) -> dict[str, object]:
    """The body of an answer that must be a problem."""
    assert answer.status_code == status  # type: ignore[attr-defined]
    assert answer.headers["content-type"] == "application/problem+json"  # type: ignore[attr-defined]
    assert answer.headers["x-content-type-options"] == "nosniff"  # type: ignore[attr-defined]
    body: dict[str, object] = answer.json()  # type: ignore[attr-defined]
    assert {"type", "title", "status", "instance"} <= set(body)
    assert set(body) <= {
        "type",
        "title",
        "status",
        "detail",
        "instance",
        "errors",
        "code",
        "arguments",
    }
    assert body["status"] == status
    return body


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/api/task/", 404),
        ("GET", "/docs/assets/nothing.js", 404),
        ("GET", "/api/task/unknown", 404),
        ("DELETE", "/api/task/unknown", 404),
        ("POST", "/api/task/unknown/resume", 404),
        ("GET", "/api/task/unknown/events", 404),
        ("GET", f"/api/task/{'x' * 300}", 404),
        ("GET", "/api/task/a%00b", 404),
        ("GET", "/api/reports/unknown", 404),
        ("GET", "/api/reports/unknown.pdf", 404),
        ("DELETE", "/api/reports/unknown", 404),
        ("GET", "/api/library/collections/unknown", 404),
        ("DELETE", "/api/library/collections/unknown", 404),
        ("DELETE", "/api/library/collections/unknown/documents/x", 404),
        ("PUT", "/api/tasks", 405),
        ("GET", "/api/research", 405),
        ("POST", "/health", 405),
        ("GET", "/api/tasks?limit=0", 422),
        ("GET", "/api/tasks?limit=x", 422),
        ("GET", "/api/reports?cursor=x", 422),
        ("GET", "/api/library/search", 422),
        ("POST", "/api/research", 422),
        ("POST", "/api/research/async", 422),
        ("POST", "/api/research/stream", 422),
        ("POST", "/api/library/collections/x/documents", 422),
    ],
)
def test_every_error_is_a_problem(client: TestClient, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    body = assert_problem(answer, status)
    if status == 405:
        assert answer.headers["allow"]
    assert body["detail"]


@pytest.mark.parametrize(
    ("body", "headers", "words"),
    [
        (b'{"query": "x"}', {}, "Content-Type: application/json"),
        (b"query=x", {"Content-Type": "application/x-www-form-urlencoded"}, "application/json"),
        (b'{"query": "x"', {"Content-Type": "application/json"}, "not JSON: .*character 13"),
        (b"[]", {"Content-Type": "application/json"}, "valid dictionary"),
        (
            b'{"query": "x", "start_in_s": 1, "start_at": "2026-01-01T00:00Z"}',
            {"Content-Type": "application/json; charset=utf-8"},
            "^body: start_in_s and start_at exclude each other$",
        ),
    ],
)
def test_a_body_that_cannot_be_read_is_explained(
    client: TestClient, body: bytes, headers: dict[str, str], words: str
) -> None:
    answer = client.post("/api/research/async", content=body, headers=headers)
    assert re.search(words, str(assert_problem(answer, 422)["detail"]))


@pytest.fixture(scope="module")
def failing() -> TestClient:
    """An app whose calls fail."""
    app = FastAPI()
    add_handlers(app)

    @app.get("/ours/{name}")
    def ours(name: str) -> None:
        raise getattr(errors, name)(SECRET)

    @app.get("/unexpected")
    def unexpected() -> None:
        raise RuntimeError(SECRET)

    return TestClient(app, raise_server_exceptions=False)


OURS = [
    found
    for found in vars(errors).values()
    if isinstance(found, type) and issubclass(found, VirtualLabError)
]


@pytest.mark.parametrize("kind", OURS)
def test_every_error_of_ours_has_its_status(
    failing: TestClient, kind: type[VirtualLabError]
) -> None:
    answer = failing.get(f"/ours/{kind.__name__}")
    body = assert_problem(answer, kind.status)
    assert body["title"] == kind().title
    assert str(body["type"]).startswith("urn:virtual-lab:")
    assert ("retry-after" in answer.headers) == (kind.status in (429, 503))


def test_the_machinery_shows_no_address_and_says_where_to_look(failing: TestClient) -> None:
    answer = failing.get(f"/ours/{StoreError.__name__}")
    assert SECRET not in answer.text
    assert "virtual-lab doctor" in answer.json()["detail"]


def test_an_unexpected_error_shows_nothing_of_the_inside(failing: TestClient) -> None:
    answer = failing.get("/unexpected")
    assert_problem(answer, 500)
    assert SECRET not in answer.text
    assert "RuntimeError" not in answer.text
