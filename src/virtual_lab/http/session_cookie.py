"""The cookie by which a browser shows its session."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from virtual_lab.services.sessions import Sessions

COOKIE = "session"


def begin_session(sessions: Sessions, request: Request, answer: Response, key_id: str) -> None:
    """Let the browser that gets this answer be known as one that has shown a key."""
    answer.set_cookie(
        COOKIE,
        sessions.make(key_id),
        max_age=sessions.longest_s,
        httponly=True,
        samesite="lax",
        secure=is_by_tls(request),
    )


def end_session(answer: Response) -> None:
    """Let the browser that gets this answer be forgotten."""
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax")


def is_by_tls(request: Request) -> bool:
    """Whether a browser called by TLS: the server, or a proxy that is believed, says so, or the
    browser itself, where a proxy says nothing."""
    return "https" in (request.url.scheme, request.headers.get("origin", "").partition("://")[0])
