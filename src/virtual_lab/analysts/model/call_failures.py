"""What went wrong in a call: whether to try again, when, and what may be said about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from virtual_lab.network import certificate_problem
from virtual_lab.retry_after import retry_after_s

_BUSY = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529})
_FIRST_REFUSAL = 400
_REFUSED = frozenset({401, 403, 429})
_SCHEMA = re.compile(
    r"response_?format|json_?(?:schema|object)|schema|grammar|structured", re.IGNORECASE
)
_SECRET = re.compile(
    r"\b(?:sk|pk|rk|lsv2|gsk|xai|AIza)[-_A-Za-z0-9*]{6,}|(?<=Bearer )\S+|(?<=://)[^/\s@]+@"
    r"|(?<=key[=:])\S+",
    re.IGNORECASE,
)
_LONGEST = 300
_MASK = "***"


class CallFailure(NamedTuple):
    """One failed attempt. ``retry_after_s`` is what the server asked for."""

    message: str
    transient: bool
    status: int | None = None
    retry_after_s: float | None = None
    about_schema: bool = False


def classify(error: BaseException, secrets: Iterable[str] = ()) -> CallFailure:
    """What an exception of a provider's client says, without the secrets in it.

    Args:
        error: of any provider's client, or of the connection.
        secrets: words that must not be in the message.
    """
    status = _status(error)
    text = _text(error)
    # Without a status the answer did not arrive, or not whole: that may be different next time.
    transient = status is None or status in _BUSY
    if "insufficient_quota" in text:
        transient = False
    if problem := certificate_problem(error):
        text, transient = problem, False
    said = f"{status}: {text}" if status is not None else f"{type(error).__name__}: {text}"
    return CallFailure(
        redact(said, secrets),
        transient,
        status,
        retry_after_s(_headers(error)),
        isinstance(error, NotImplementedError)
        or (status is not None and status not in _REFUSED and bool(_SCHEMA.search(text))),
    )


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """``text`` on one line, shortened, with secrets and what looks like one masked."""
    for secret in secrets:
        if len(secret) >= 4:
            text = text.replace(secret, _MASK)
    text = " ".join(_SECRET.sub(_MASK, text).split())
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _text(error: BaseException) -> str:
    """What the server said, where it is JSON of the usual form; else the exception's words."""
    body = getattr(error, "body", None)
    if isinstance(body, dict):
        inner = body.get("error", body)
        if isinstance(inner, dict) and inner.get("message"):
            return " ".join(str(inner[key]) for key in ("message", "code") if inner.get(key))
    return str(error) or type(error).__name__


def _status(error: BaseException) -> int | None:
    """The status with which the server refused; an answer that cannot be read has none."""
    response = getattr(error, "response", None)
    for holder, name in ((error, "status_code"), (response, "status_code"), (error, "code")):
        value = getattr(holder, name, None)
        if isinstance(value, int):
            return value if value >= _FIRST_REFUSAL else None
    return None


def _headers(error: BaseException) -> Mapping[str, Any]:
    headers = getattr(getattr(error, "response", None), "headers", None)
    return headers if isinstance(headers, Mapping) else {}
