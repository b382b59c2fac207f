"""Who may call: those who show an API key; without any keys, programs and people on this machine.

No web page of another site may call, unless the settings name its origin.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import anyio
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from virtual_lab.errors import (
    CallRefusedError,
    StoreError,
    TooManyCallsError,
    UnknownKeyError,
    VirtualLabError,
)
from virtual_lab.http.audit import audit
from virtual_lab.http.locality import why_not_local
from virtual_lab.http.session_cookie import COOKIE
from virtual_lab.store import KeyUsage

if TYPE_CHECKING:
    from virtual_lab.services.service import Service

HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
ALIVE = "/health"
"""Served to all, whatever the store does: who watches processes must not end one for its store."""

_OPEN = frozenset({"/ready"})
_LOCAL = frozenset({"/metrics", "/api/celery/health"})
"""What this machine's own monitoring reads without a key."""

LOOK_FOR_KEYS_S = 1.0
"""After how long at the most the first key counts, in seconds; whatever comes after, at once."""

Refusal = Callable[[Scope, VirtualLabError], ASGIApp]


class Guard:
    """Lets callers through, with the name of their key as ``scope["caller"]`` (None without one).

    The name that was called counts where there are no keys: a page of another site whose name
    resolves to 127.0.0.1 (DNS rebinding) would otherwise read everything through the visitor's
    browser. With keys it need not, because a browser sends a session to the name that it began at.

    Args:
        is_open: whether a path is served to everybody once there are keys, such as the login page.
        refusal: makes the answer for whoever is not let through.
        origins: of other sites whose pages may call.
        most: calls with one key in a minute; 0 for any number.
        is_network_served: whether other machines are served while there is no key.
    """

    def __init__(
        self,
        app: ASGIApp,
        is_open: Callable[[str], bool],
        refusal: Refusal,
        origins: frozenset[str],
        most: int,
        is_network_served: bool,
    ) -> None:
        self._app = app
        self._is_open = is_open
        self._refusal = refusal
        self._origins = origins
        self._most = most
        self._is_network_served = is_network_served
        self._look_for_keys_at = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one call."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["caller"] = None
        start: Message | None = None

        async def noting_send(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
            await send(message)

        try:
            try:
                scope["caller"] = await self._admit(scope)
            except (CallRefusedError, StoreError) as error:
                await self._refusal(scope, error)(scope, receive, noting_send)
            else:
                await self._app(scope, receive, noting_send)
        finally:
            if scope["method"] not in HARMLESS:
                audit(scope, start)

    async def _admit(self, scope: Scope) -> str | None:
        """The name of the caller's key; None where none is needed.

        Raises:
            CallRefusedError: the call is not to be served.
        """
        service: Service = scope["app"].state.service
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        is_own = not origin or is_own_origin(origin, headers)
        if not is_own and origin not in self._origins and scope["method"] not in HARMLESS:
            raise CallRefusedError("call.foreign_origin")
        path = scope["path"]
        if path == ALIVE:
            return None
        if not await self._needs_key(service, headers):
            reason = why_not_local(scope, headers, is_network_served=self._is_network_served)
            if reason:
                raise CallRefusedError("call.only_this_machine", reason=reason)
            return None
        if path in _OPEN or self._is_open(path):
            return None
        use = await self._use(scope, headers, service, is_own)
        if use is None:
            if path in _LOCAL and why_not_local(scope, headers) is None:
                return None
            raise UnknownKeyError("call.no_key")
        if self._most and use.calls > self._most:
            raise TooManyCallsError("call.too_many", most=self._most, retry_after_s=use.left_s)
        return use.key.name

    async def _needs_key(self, service: Service, headers: Headers) -> bool:
        """Whether there are keys; where there are none, that is believed for a moment of calls that
        show none, since looking takes a thread and a transaction from every call."""
        now = time.monotonic()
        shows_one = key_in(headers) is not None or COOKIE in headers.get("cookie", "")
        if now < self._look_for_keys_at and not shows_one:
            return False
        exist = await anyio.to_thread.run_sync(service.store.keys.exist)
        self._look_for_keys_at = now if exist else now + LOOK_FOR_KEYS_S
        return exist

    async def _use(
        self, scope: Scope, headers: Headers, service: Service, is_own: bool
    ) -> KeyUsage | None:
        """The use of the key that is shown, or of the session of a browser on a page of ours.

        Raises:
            UnknownKeyError: there is no such key.
            TooManyCallsError: there were too many wrong ones.
        """
        keys = service.store.keys
        key = key_in(headers)
        if key is None:
            cookie = cookie_parser(headers.get("cookie", "")).get(COOKIE) if is_own else None
            key_id = service.sessions.read(cookie)
            return await anyio.to_thread.run_sync(keys.use_again, key_id) if key_id else None
        return await check_key(service, address_of(scope), key)


async def check_key(service: Service, address: str, key: str) -> KeyUsage:
    """The use of a key that someone at an address shows.

    A right key is served whatever else came from its address: many may call from one, behind a
    proxy that does not say for whom it calls.

    Raises:
        UnknownKeyError: there is no such key.
        TooManyCallsError: the key is wrong, and was shown too often, or too many wrong ones came
            from this address.
    """
    keys, attempts = service.store.keys, service.attempts
    if wait_s := attempts.wait_of_key_s(key):
        raise TooManyCallsError("call.wrong_key_locked", retry_after_s=wait_s)
    wait_s = attempts.wait_of_address_s(address)
    if wait_s and not await anyio.to_thread.run_sync(keys.has, key):
        raise TooManyCallsError("call.wrong_keys_from_address", retry_after_s=wait_s)
    use = await anyio.to_thread.run_sync(keys.use, key)
    if use is None:
        attempts.fail(address, key)
        raise UnknownKeyError("call.unknown_key")
    return use


def is_own_origin(origin: str, headers: Headers) -> bool:
    """Whether a page of this origin is one of the site that was called."""
    name = origin.partition("://")[2]
    return bool(name) and name == headers.get("host")


def key_in(headers: Headers) -> str | None:
    """The key that a program shows; None where it shows none."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    return bearer or headers.get("x-api-key") or None


def address_of(scope: Scope) -> str:
    """Where a call comes from: what a proxy says of which FORWARDED_ALLOW_IPS says that it is
    believed, else the address that is connected."""
    client = scope.get("client")
    return str(client[0]) if client else ""
