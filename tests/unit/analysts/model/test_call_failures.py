from __future__ import annotations

from typing import Any

import pytest

from virtual_lab.analysts.model.call_failures import classify, redact


class Response:
    def __init__(self, status_code: int, headers: dict[str, str] | None = None) -> None:
        self.status_code = status_code
        self.headers = headers or {}


class StatusError(Exception):
    def __init__(self, status: int, body: Any = None, **headers: str) -> None:
        super().__init__(f"Error code: {status}")
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        self.status_code, self.body, self.response = status, body, Response(status, names)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 529])
def test_a_busy_server_is_asked_again(status: int) -> None:
    assert classify(StatusError(status)).transient


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_refusal_is_final(status: int) -> None:
    failure = classify(StatusError(status, {"message": "no"}))
    assert not failure.transient
    assert failure.message == f"{status}: no"


def test_a_quota_that_is_used_up_is_final() -> None:
    body = {"message": "You exceeded your quota", "code": "insufficient_quota"}
    assert not classify(StatusError(429, body)).transient


@pytest.mark.parametrize("error", [TimeoutError("x"), ConnectionError("x"), ValueError("x")])
def test_an_answer_that_did_not_arrive_is_asked_for_again(error: Exception) -> None:
    assert classify(error).transient
    assert classify(error).status is None


def test_an_answer_that_cannot_be_read_has_no_status() -> None:
    error = ValueError("Expecting value")
    error.response = Response(200)  # type: ignore[attr-defined]
    assert classify(error).transient


def test_what_a_busy_server_asks_for_is_kept() -> None:
    assert classify(StatusError(429, retry_after="1.5")).retry_after_s == 1.5
    assert classify(StatusError(429)).retry_after_s is None


def test_a_schema_that_is_not_understood_is_told_apart() -> None:
    body = {"message": "response_format json_schema is unsupported"}
    assert classify(StatusError(400, body)).about_schema
    assert not classify(StatusError(401, body)).about_schema
    assert classify(NotImplementedError("with_structured_output")).about_schema


@pytest.mark.parametrize(
    "text",
    [
        "Incorrect API key provided: sk-proj-abcdefgh12345",
        "Authorization: Bearer abc.def.ghi",
        "http://user:abc.def.ghi@host/v1",
        "api_key=abc.def.ghi",
        "the word sesame123",
    ],
)
def test_secrets_are_masked(text: str) -> None:
    masked = redact(text, ["sesame123"])
    assert "***" in masked
    for secret in ("abcdefgh12345", "abc.def.ghi", "sesame123"):
        assert secret not in masked


def test_a_long_message_is_shortened_to_one_line() -> None:
    assert len(redact("a\nb " * 1000)) <= 301
    assert "\n" not in redact("a\nb")
