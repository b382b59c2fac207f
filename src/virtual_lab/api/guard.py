"""Who may call: programs and people on this machine, and no web page of another site.

Without API keys there is nothing else to tell a friend from a stranger by.
"""

from __future__ import annotations

from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from virtual_lab.api.problems import problem

_HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})


class LoopbackGuard:
    """Refuses what does not come from this machine with 403.

    The name that was called counts as well: a page of another site whose name resolves to
    127.0.0.1 (DNS rebinding) would otherwise read everything through the visitor's browser.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one call."""
        reason = _refuse(scope) if scope["type"] == "http" else None
        if reason:
            await problem(scope, HTTPStatus.FORBIDDEN, reason)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _refuse(scope: Scope) -> str | None:
    """Why a call is refused; None where it is not."""
    headers = Headers(scope=scope)
    client = scope.get("client")
    if client and not _is_loopback(client[0]):
        return "without an API key only this machine is served"
    host = headers.get("host", "")
    if not _is_loopback(_hostname(f"//{host}")):
        return "without an API key only localhost is served under its own name"
    origin = headers.get("origin")
    if origin and scope["method"] not in _HARMLESS and urlsplit(origin).netloc != host:
        return "a page of another origin may change nothing"
    return None


def _hostname(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _is_loopback(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")
