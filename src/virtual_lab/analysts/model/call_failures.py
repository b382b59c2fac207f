"""The failures of calls: whether to retry, when, and a message without secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from virtual_lab.network import certificate_problem
from virtual_lab.retry_after import retry_after_s

_TRANSIENT_STATUSES = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529})
_FIRST_ERROR_STATUS = 400
_STATUSES_NOT_ABOUT_SCHEMA = frozenset({401, 403, 429})
_SCHEMA_WORDS = re.compile(
    r"response_?format|json_?(?:schema|object)|schema|grammar|structured", re.IGNORECASE
)
_LOOKS_LIKE_SECRET = re.compile(
    r"\b(?:sk|pk|rk|lsv2|gsk|xai|AIza)[-_A-Za-z0-9*]{6,}|(?<=Bearer )\S+|(?<=://)[^/\s@]+@"
    r"|(?<=key[=:])\S+",
    re.IGNORECASE,
)
_MOST_MESSAGE_CHARACTERS = 300
_MASK = "***"


class CallFailure(NamedTuple):
    """One failed attempt.

    Attributes:
        message: what happened, without secrets.
        transient: whether a later attempt may succeed.
        status: the HTTP status; None without an answer.
        retry_after_s: the seconds that the server asks to wait; None where it does not.
        about_schema: whether the server seems not to support the JSON mode.
    """

    message: str
    transient: bool
    status: int | None = None
    retry_after_s: float | None = None
    about_schema: bool = False


def classify(error: BaseException, secrets: Iterable[str] = ()) -> CallFailure:
    """The failure that an exception means.

    Args:
        error: an exception of a provider's client or of the connection.
        secrets: texts that must not be in the message.
    """
    status = _status(error)
    text = _text(error)
    # Without a status the answer did not arrive completely; the next one may.
    transient = status is None or status in _TRANSIENT_STATUSES
    if "insufficient_quota" in text:
        transient = False
    if problem := certificate_problem(error):
        text, transient = problem.text(), False
    message = f"{status}: {text}" if status is not None else f"{type(error).__name__}: {text}"
    return CallFailure(
        redact(message, secrets),
        transient,
        status,
        retry_after_s(_headers(error)),
        isinstance(error, NotImplementedError)
        or (
            status is not None
            and status not in _STATUSES_NOT_ABOUT_SCHEMA
            and bool(_SCHEMA_WORDS.search(text))
        ),
    )


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """``text`` on one line, shortened, with secrets and texts that look like keys masked."""
    for secret in secrets:
        if len(secret) >= 4:
            text = text.replace(secret, _MASK)
    text = " ".join(_LOOKS_LIKE_SECRET.sub(_MASK, text).split())
    return text if len(text) <= _MOST_MESSAGE_CHARACTERS else text[:_MOST_MESSAGE_CHARACTERS] + "…"


def _text(error: BaseException) -> str:
    """The message of the server, if it is JSON of the usual form; else that of the exception."""
    body = getattr(error, "body", None)
    if isinstance(body, dict):
        inner = body.get("error", body)
        if isinstance(inner, dict) and inner.get("message"):
            return " ".join(str(inner[key]) for key in ("message", "code") if inner.get(key))
    return str(error) or type(error).__name__


def _status(error: BaseException) -> int | None:
    """The HTTP status of an error; None where the server sent none."""
    response = getattr(error, "response", None)
    for holder, name in ((error, "status_code"), (response, "status_code"), (error, "code")):
        value = getattr(holder, name, None)
        if isinstance(value, int):
            return value if value >= _FIRST_ERROR_STATUS else None
    return None


def _headers(error: BaseException) -> Mapping[str, Any]:
    headers = getattr(getattr(error, "response", None), "headers", None)
    return headers if isinstance(headers, Mapping) else {}
