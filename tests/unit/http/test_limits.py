"""How large a body may be."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from virtual_lab.domain import MAX_TOPIC_LENGTH
from virtual_lab.http.limits import MOST_BYTES

JSON = {"Content-Type": "application/json"}


def body_of(size: int) -> bytes:
    """A JSON body of ``size`` bytes."""
    head, tail = b'{"query": "x"', b"}"
    return head + b" " * (size - len(head) - len(tail)) + tail


def in_chunks(body: bytes) -> Iterator[bytes]:
    """The body in pieces, without its length being announced."""
    for start in range(0, len(body), 1000):
        yield body[start : start + 1000]


@pytest.mark.parametrize("announced", [True, False])
def test_the_limit_is_exact(client: TestClient, announced: bool) -> None:
    for size, status in ((MOST_BYTES, 202), (MOST_BYTES + 1, 413)):
        body = body_of(size)
        answer = client.post(
            "/api/research/async", content=body if announced else in_chunks(body), headers=JSON
        )
        assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert str(MOST_BYTES) in answer.json()["detail"]


def test_the_longest_question_fits_however_it_is_written(client: TestClient) -> None:
    longest = '"' + "\\ud83e\\uddec" * MAX_TOPIC_LENGTH + '"'
    body = f'{{"query": {longest}, "constraints": {longest}}}'
    answer = client.post("/api/research/async", content=body, headers=JSON)
    assert answer.status_code == 202


def test_the_limit_holds_on_every_path(client: TestClient) -> None:
    for path in ("/nowhere", "/api/task/x/resume", "/api/research"):
        assert client.post(path, content=b"x" * (MOST_BYTES + 1)).status_code == 413
