"""The guard: lets only callers with an API key through, or, without any keys, this machine.

A web page of another site may not call, unless the settings name its origin.
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

READ_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
ALIVE_PATH = "/health"
"""Served to all, without the store: a supervisor must not kill a process because of its store."""

_OPEN_PATHS = frozenset({"/ready"})
_LOCAL_PATHS = frozenset({"/metrics", "/api/celery/health"})
"""Served without a key to the monitoring on this machine."""

NO_KEYS_CACHED_S = 1.0
"""How long the guard remembers that there are no keys, and so may miss the first one."""

Refusal = Callable[[Scope, VirtualLabError], ASGIApp]


class Guard:
    """Middleware that sets ``scope["caller"]`` to the name of the caller's key, None without one.

    Without keys the called host name is checked too. Otherwise a page of another site whose name
    resolves to 127.0.0.1 (DNS rebinding) could read everything through the visitor's browser. With
    keys this is not needed, because a browser sends a session only to the host that began it.

    Args:
        is_open: whether a path is served to everyone even if there are keys, as the login page.
        refusal: makes the answer for a call that is refused.
        origins: the origins of other sites whose pages may call.
        most: the most calls with one key in a minute; 0 for no limit.
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
        self._no_keys_until = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one call."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["caller"] = None
        start: Message | None = None

        async def recording_send(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
            await send(message)

        try:
            try:
                scope["caller"] = await self._admit(scope)
            except (CallRefusedError, StoreError) as error:
                await self._refusal(scope, error)(scope, receive, recording_send)
            else:
                await self._app(scope, receive, recording_send)
        finally:
            if scope["method"] not in READ_METHODS:
                audit(scope, start)

    async def _admit(self, scope: Scope) -> str | None:
        """The name of the caller's key; None where none is needed.

        Raises:
            CallRefusedError: the call is refused.
        """
        service: Service = scope["app"].state.service
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        is_own = not origin or is_own_origin(origin, headers)
        if not is_own and origin not in self._origins and scope["method"] not in READ_METHODS:
            raise CallRefusedError("call.foreign_origin")
        path = scope["path"]
        if path == ALIVE_PATH:
            return None
        if not await self._needs_key(service, headers):
            reason = why_not_local(scope, headers, is_network_served=self._is_network_served)
            if reason:
                raise CallRefusedError("call.only_this_machine", reason=reason)
            return None
        if path in _OPEN_PATHS or self._is_open(path):
            return None
        use = await self._use(scope, headers, service, is_own)
        if use is None:
            if path in _LOCAL_PATHS and why_not_local(scope, headers) is None:
                return None
            raise UnknownKeyError("call.no_key")
        if self._most and use.calls > self._most:
            raise TooManyCallsError("call.too_many", most=self._most, retry_after_s=use.left_s)
        return use.key.name

    async def _needs_key(self, service: Service, headers: Headers) -> bool:
        """Whether there are keys.

        That there are none is remembered for ``NO_KEYS_CACHED_S`` seconds for calls without a key,
        since the check needs a thread and a transaction.
        """
        now = time.monotonic()
        has_key = key_in(headers) is not None or COOKIE in headers.get("cookie", "")
        if now < self._no_keys_until and not has_key:
            return False
        exist = await anyio.to_thread.run_sync(service.store.keys.exist)
        self._no_keys_until = now if exist else now + NO_KEYS_CACHED_S
        return exist

    async def _use(
        self, scope: Scope, headers: Headers, service: Service, is_own: bool
    ) -> KeyUsage | None:
        """The usage of the call's key, or of the key of a browser's session; None without either.

        Raises:
            UnknownKeyError: there is no such key.
            TooManyCallsError: too many wrong keys were sent.
        """
        keys = service.store.keys
        key = key_in(headers)
        if key is None:
            cookie = cookie_parser(headers.get("cookie", "")).get(COOKIE) if is_own else None
            key_id = service.sessions.read(cookie)
            return await anyio.to_thread.run_sync(keys.use_again, key_id) if key_id else None
        return await check_key(service, address_of(scope), key)


async def check_key(service: Service, address: str, key: str) -> KeyUsage:
    """The usage of a key that a caller at an address sends.

    A right key is accepted even if wrong keys came from its address: behind a proxy, many callers
    may share one address.

    Raises:
        UnknownKeyError: there is no such key.
        TooManyCallsError: this wrong key was sent too often, or too many wrong keys came from this
            address.
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
    """Whether an origin is the site that was called."""
    name = origin.partition("://")[2]
    return bool(name) and name == headers.get("host")


def key_in(headers: Headers) -> str | None:
    """The key in the headers of a program's call; None where there is none."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    return bearer or headers.get("x-api-key") or None


def address_of(scope: Scope) -> str:
    """The address of the caller, which a proxy in FORWARDED_ALLOW_IPS may name; else the peer's."""
    client = scope.get("client")
    return str(client[0]) if client else ""
