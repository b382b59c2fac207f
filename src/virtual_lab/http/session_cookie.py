"""The session cookie: how a browser gets its session, and loses it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from virtual_lab.services.sessions import Sessions

COOKIE = "session"


def begin_session(sessions: Sessions, request: Request, answer: Response, key_id: str) -> None:
    """Give the browser a session of a key with this answer."""
    answer.set_cookie(
        COOKIE,
        sessions.make(key_id),
        max_age=sessions.longest_s,
        httponly=True,
        samesite="lax",
        secure=is_by_tls(request),
    )


def end_session(answer: Response) -> None:
    """End the browser's session with this answer."""
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax")


def is_by_tls(request: Request) -> bool:
    """Whether a browser called by TLS, as the server, a trusted proxy or its Origin header says."""
    return "https" in (request.url.scheme, request.headers.get("origin", "").partition("://")[0])
