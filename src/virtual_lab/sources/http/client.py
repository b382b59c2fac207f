"""The client that everything from the web comes through."""

from __future__ import annotations

import asyncio
import email.utils
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import httpx2

from virtual_lab import __version__
from virtual_lab.errors import (
    DisallowedByRobotsError,
    ForbiddenAddressError,
    OversizedAnswerError,
    RefusedRequestError,
    SlowHostError,
    UnusableAnswerError,
)
from virtual_lab.http_status import phrase
from virtual_lab.network import Network
from virtual_lab.sources.http import robots
from virtual_lab.sources.http.cache import cached
from virtual_lab.sources.http.content_type import decode
from virtual_lab.sources.http.ssrf import AddressRules
from virtual_lab.sources.http.throttle import PoliteTransport, RequestPolicy
from virtual_lab.sources.http.transport import GuardedTransport, Resolver, resolve

CONNECT_TIMEOUT_S = 2.5
"""Without a network a run must know so within three seconds."""

_DEFAULT_NETWORK = Network()
_READ_TIMEOUT_S = 15.0
_MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MEGABYTE = 1024 * 1024
_PAGE = "text/html,application/xhtml+xml,application/pdf,text/plain;q=0.9,*/*;q=0.5"


class WebResponse(NamedTuple):
    """What a host answered. ``url`` is the one that answered, ``date`` when it did."""

    url: str
    content: bytes
    media_type: str
    charset: str | None
    date: datetime
    from_cache: bool

    def text(self) -> str:
        """The content as text, whatever its encoding."""
        return decode(self.content, self.charset)

    def json(self) -> Any:
        """The content as JSON.

        Raises:
            UnusableAnswerError: it is none.
        """
        try:
            return json.loads(self.text())
        except (ValueError, RecursionError):
            host = httpx2.URL(self.url).host
            raise UnusableAnswerError("fetch.not_json", host=host) from None


class Fetcher:
    """Fetches from the public web; use it as an asynchronous context manager.

    No cookie is kept or sent, no netrc of the environment is used, and every redirect is checked
    like the first URL.

    Args:
        contact: e-mail address that hosts may write to; it goes into the User-Agent.
        cache: SQLite file or address of the Redis where answers are kept; nothing is kept where
            it is None.
        rules: which addresses may be fetched.
        fresh_for: how long an answer holds that says nothing itself, in seconds.
        max_bytes: the largest answer, unpacked, in bytes.
        max_redirects: how many redirects are followed.
        resolver: gives the addresses of a host.
        network: the proxy and the certificates on the way to it.
    """

    def __init__(
        self,
        *,
        contact: str = "",
        cache: Path | str | None = None,
        rules: AddressRules | None = None,
        fresh_for: int = 24 * 3600,
        max_bytes: int = 100 * _MEGABYTE,
        max_redirects: int = _MAX_REDIRECTS,
        resolver: Resolver = resolve,
        network: Network = _DEFAULT_NETWORK,
    ) -> None:
        self._rules = rules or AddressRules()
        self._max_bytes = max_bytes
        self._max_redirects = max_redirects
        comment = f" (mailto:{contact})" if contact else ""
        self._headers = {
            "user-agent": f"{robots.AGENT}/{__version__}{comment}",
            "accept-encoding": "gzip, deflate",
        }
        transport: httpx2.AsyncBaseTransport = PoliteTransport(
            GuardedTransport(self._rules, resolver, network)
        )
        if cache is not None:
            transport = cached(transport, cache, fresh_for, max_bytes)
        self._transport = transport
        self._robots = robots.Robots(self._robots_file)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections and the cache."""
        await self._transport.aclose()

    async def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        *,
        manners: RequestPolicy | None = None,
        accept: str = "*/*",
        max_bytes: int | None = None,
        timeout: float = 60.0,  # noqa: ASYNC109  (the caller's time is the caller's business)
        fresh: bool = False,
    ) -> WebResponse:
        """Fetch a URL, without asking robots.txt: for the programming interfaces of services.

        Args:
            url: of the public web.
            params: added to its query.
            manners: how the request is sent.
            accept: media types that are wanted.
            max_bytes: a smaller limit than the client's.
            timeout: seconds for all of it, redirects included.
            fresh: whether the cache has to ask the host even where it holds an answer.

        Raises:
            FetchError: why there is no answer, in a line for the user.
        """
        headers = {"accept": accept} | ({"cache-control": "no-cache"} if fresh else {})
        target = self._rules.check_url(url)
        if params:
            target = target.copy_merge_params(dict(params))
        try:
            async with asyncio.timeout(timeout):
                return await self._follow(
                    target, headers, manners or RequestPolicy(), max_bytes, False
                )
        except TimeoutError:
            raise SlowHostError("fetch.host", host=target.host) from None

    async def get_json(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        *,
        manners: RequestPolicy | None = None,
        body: Mapping[str, Any] | None = None,
        max_bytes: int = 16 * _MEGABYTE,
    ) -> tuple[Any, WebResponse]:
        """Fetch JSON; an answer from the cache that is none is asked for again.

        Args:
            url: of the public web.
            params: added to its query.
            manners: how the request is sent.
            body: sent as JSON, with POST.
            max_bytes: the largest answer.

        Raises:
            FetchError: why there is no answer.
        """
        manners = manners or RequestPolicy()
        if body is not None:
            content = json.dumps(body, ensure_ascii=False, sort_keys=True)
            manners = replace(manners, body=content.encode())
            params = {**(params or {}), "body": content}

        async def ask(fresh: bool) -> WebResponse:
            return await self.get(
                url,
                params,
                manners=manners,
                accept="application/json",
                max_bytes=max_bytes,
                fresh=fresh,
            )

        answer = await ask(fresh=False)
        try:
            return answer.json(), answer
        except UnusableAnswerError:
            if not answer.from_cache:
                raise
        answer = await ask(fresh=True)
        return answer.json(), answer

    async def get_page(
        self,
        url: str,
        *,
        max_bytes: int | None = None,
        timeout: float = 60.0,  # noqa: ASYNC109
    ) -> WebResponse:
        """Fetch a page or document that robots.txt allows; the arguments are those of ``get``.

        Raises:
            DisallowedByRobotsError: the site asks programs not to.
            FetchError: why there is no answer.
        """
        target = self._rules.check_url(url)
        try:
            async with asyncio.timeout(timeout):
                return await self._follow(
                    target, {"accept": _PAGE}, RequestPolicy(), max_bytes, True
                )
        except TimeoutError:
            raise SlowHostError("fetch.host", host=target.host) from None

    async def _follow(
        self,
        url: httpx2.URL,
        headers: Mapping[str, str],
        manners: RequestPolicy,
        max_bytes: int | None,
        ask_robots: bool,
    ) -> WebResponse:
        """Fetch a URL and what it redirects to. Credentials go to the first host only."""
        for _ in range(self._max_redirects + 1):
            if ask_robots:
                manners = await self._allowed(url, manners)
            answer = await self._send(url, headers, manners)
            try:
                location = answer.headers.get("location")
                if answer.status_code not in _REDIRECTS or not location:
                    return await self._read(url, answer, max_bytes)
            finally:
                await answer.aclose()
            url = self._rules.check_url(_target(url, location))
            manners = RequestPolicy(manners.interval)
        raise UnusableAnswerError("fetch.redirects_on", host=url.host)

    async def _send(
        self, url: httpx2.URL, headers: Mapping[str, str], manners: RequestPolicy
    ) -> httpx2.Response:
        request = httpx2.Request(
            "GET",
            url,
            headers={**self._headers, **headers},
            extensions={
                "manners": manners,
                "timeout": {
                    "connect": CONNECT_TIMEOUT_S,
                    "read": _READ_TIMEOUT_S,
                    "write": _READ_TIMEOUT_S,
                    "pool": _READ_TIMEOUT_S,
                },
            },
        )
        return await self._transport.handle_async_request(request)

    async def _read(
        self, url: httpx2.URL, answer: httpx2.Response, max_bytes: int | None
    ) -> WebResponse:
        """The body of an answer, unpacked piece by piece and never beyond the limit."""
        if answer.status_code >= 400:
            raise _refusal(url.host, answer.status_code)
        if answer.status_code not in (200, 203):
            raise UnusableAnswerError("fetch.answered", host=url.host, status=answer.status_code)
        limit = self._max_bytes if max_bytes is None else max_bytes
        content = bytearray()
        try:
            async for part in answer.aiter_bytes():
                content += part
                if len(content) > limit:
                    raise OversizedAnswerError("fetch.too_large", host=url.host, most=limit >> 10)
        except httpx2.DecodingError:
            raise UnusableAnswerError("fetch.not_unpacked", host=url.host) from None
        media_type, _, _ = answer.headers.get("content-type", "").partition(";")
        return WebResponse(
            url=str(url),
            content=bytes(content),
            media_type=media_type.strip().lower(),
            charset=answer.charset_encoding,
            date=_date(answer.headers.get("date")),
            from_cache=bool(answer.extensions.get("caching", {}).get("from_cache")),
        )

    async def _allowed(self, url: httpx2.URL, manners: RequestPolicy) -> RequestPolicy:
        """The manners that robots.txt asks for."""
        ruling = await self._robots.ruling(url)
        if not ruling.allowed:
            raise DisallowedByRobotsError("fetch.host", host=url.host)
        return replace(manners, interval=max(manners.interval, ruling.delay or 0.0))

    async def _robots_file(self, url: str) -> bytes:
        answer = await self.get(
            url, manners=RequestPolicy(interval=0), accept="text/plain", max_bytes=robots.MAX_BYTES
        )
        return answer.content


def _target(url: httpx2.URL, location: str) -> str:
    """Where a redirect leads to."""
    try:
        return str(url.join(location).copy_with(fragment=None))
    except httpx2.InvalidURL:
        raise ForbiddenAddressError("fetch.redirects_nowhere", host=url.host) from None


def _refusal(host: str, status: int) -> RefusedRequestError:
    try:
        words = f"{status} {phrase(status)}"
    except ValueError:
        words = f"{status}"
    return RefusedRequestError("fetch.answered", host=host, status=words, http_status=status)


def _date(value: str | None) -> datetime:
    try:
        moment = email.utils.parsedate_to_datetime(value or "")
    except ValueError:
        return datetime.now(UTC)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
