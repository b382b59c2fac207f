"""The HTTP client that fetches everything from the web."""

from __future__ import annotations

import asyncio
import email.utils
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
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
from virtual_lab.settings import Settings
from virtual_lab.sources.http import robots
from virtual_lab.sources.http.cache import cached
from virtual_lab.sources.http.content_type import decode
from virtual_lab.sources.http.ssrf import AddressRules
from virtual_lab.sources.http.throttle import PoliteTransport, RequestPolicy
from virtual_lab.sources.http.transport import GuardedTransport, Resolver, resolve

CONNECT_TIMEOUT_S = 2.5
"""Short, so that a run without a network learns so within three seconds."""

_DEFAULT_NETWORK = Network()
_READ_TIMEOUT_S = 15.0
_MAX_REDIRECTS = 5
_REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
_MEGABYTE = 1024 * 1024
_PAGE_MEDIA_TYPES = "text/html,application/xhtml+xml,application/pdf,text/plain;q=0.9,*/*;q=0.5"


class WebResponse(NamedTuple):
    """The answer of a host.

    Attributes:
        url: the URL that answered, after redirects.
        content: the body, unpacked.
        media_type: the media type of the header, in lower case; "" without one.
        charset: the character set of the header.
        date: when the host answered.
        from_cache: whether the answer comes from the cache.
    """

    url: str
    content: bytes
    media_type: str
    charset: str | None
    date: datetime
    from_cache: bool

    def text(self) -> str:
        """The content as text; see ``content_type.decode``."""
        return decode(self.content, self.charset)

    def json(self) -> Any:
        """The content as JSON.

        Raises:
            UnusableAnswerError: the content is no JSON.
        """
        try:
            return json.loads(self.text())
        except (ValueError, RecursionError):
            host = httpx2.URL(self.url).host
            raise UnusableAnswerError("fetch.not_json", host=host) from None


class Fetcher:
    """Fetches from the public web; use it as an asynchronous context manager.

    It keeps no cookies, ignores the netrc file of the environment, and checks every redirect like
    the first URL.

    Args:
        contact: an e-mail address for the operators of hosts; it is sent in the User-Agent.
        cache: an SQLite file or the address of a Redis for cached answers; no cache where None.
        rules: which addresses may be fetched.
        fresh_for: the lifetime of a cached answer that gives none, in seconds.
        max_bytes: the largest answer, unpacked, in bytes.
        max_redirects: how many redirects are followed.
        resolver: gives the addresses of a host.
        network: the proxy, and the certificates that are trusted.
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

    @classmethod
    def of(
        cls,
        settings: Settings,
        rules: AddressRules | None = None,
        max_redirects: int = _MAX_REDIRECTS,
    ) -> Self:
        """The fetcher with the cache, the limits and the network of the settings."""
        return cls(
            contact=settings.contact_email,
            cache=settings.web_cache,
            rules=rules,
            fresh_for=round(settings.cache_hours * 3600),
            max_bytes=settings.max_document_mb << 20,
            max_redirects=max_redirects,
            network=Network.of(settings),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections and the cache."""
        await self._transport.aclose()

    async def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        *,
        policy: RequestPolicy | None = None,
        accept: str = "*/*",
        max_bytes: int | None = None,
        timeout: float = 60.0,  # noqa: ASYNC109  (callers need one limit over all redirects)
        fresh: bool = False,
    ) -> WebResponse:
        """Fetch a URL without reading robots.txt, as for the API of a service.

        Args:
            url: a URL of the public web.
            params: parameters that are added to its query.
            policy: how the request is sent.
            accept: the wanted media types.
            max_bytes: the largest answer, in bytes; that of the client where None.
            timeout: seconds for the whole call, redirects included.
            fresh: whether a cached answer must be confirmed by the host.

        Raises:
            FetchError: there is no usable answer; the message says why.
        """
        headers = {"accept": accept} | ({"cache-control": "no-cache"} if fresh else {})
        target = self._rules.check_url(url)
        if params:
            target = target.copy_merge_params(dict(params))
        try:
            async with asyncio.timeout(timeout):
                return await self._follow(
                    target, headers, policy or RequestPolicy(), max_bytes, False
                )
        except TimeoutError:
            raise SlowHostError("fetch.host", host=target.host) from None

    async def get_json(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        *,
        policy: RequestPolicy | None = None,
        body: Mapping[str, Any] | None = None,
        max_bytes: int = 16 * _MEGABYTE,
    ) -> tuple[Any, WebResponse]:
        """Fetch JSON; a cached answer that is no JSON is fetched again.

        Args:
            url: a URL of the public web.
            params: parameters that are added to its query.
            policy: how the request is sent.
            body: the body of the request, which is then a POST with JSON.
            max_bytes: the largest answer, in bytes.

        Returns:
            The parsed JSON, and the answer that it came in.

        Raises:
            FetchError: there is no usable answer.
        """
        policy = policy or RequestPolicy()
        if body is not None:
            content = json.dumps(body, ensure_ascii=False, sort_keys=True)
            policy = replace(policy, body=content.encode())
            params = {**(params or {}), "body": content}

        async def ask(fresh: bool) -> WebResponse:
            return await self.get(
                url,
                params,
                policy=policy,
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
        """Fetch a page or document if robots.txt allows it; the arguments are those of ``get``.

        Raises:
            DisallowedByRobotsError: the site asks programs not to fetch it.
            FetchError: there is no usable answer.
        """
        target = self._rules.check_url(url)
        try:
            async with asyncio.timeout(timeout):
                return await self._follow(
                    target, {"accept": _PAGE_MEDIA_TYPES}, RequestPolicy(), max_bytes, True
                )
        except TimeoutError:
            raise SlowHostError("fetch.host", host=target.host) from None

    async def _follow(
        self,
        url: httpx2.URL,
        headers: Mapping[str, str],
        policy: RequestPolicy,
        max_bytes: int | None,
        ask_robots: bool,
    ) -> WebResponse:
        """Fetch a URL and follow its redirects. Credentials are sent to the first host only."""
        for _ in range(self._max_redirects + 1):
            if ask_robots:
                policy = await self._apply_robots(url, policy)
            answer = await self._send(url, headers, policy)
            try:
                location = answer.headers.get("location")
                if answer.status_code not in _REDIRECT_STATUSES or not location:
                    return await self._read(url, answer, max_bytes)
            finally:
                await answer.aclose()
            url = self._rules.check_url(_target(url, location))
            policy = RequestPolicy(policy.interval)
        raise UnusableAnswerError("fetch.redirects_on", host=url.host)

    async def _send(
        self, url: httpx2.URL, headers: Mapping[str, str], policy: RequestPolicy
    ) -> httpx2.Response:
        request = httpx2.Request(
            "GET",
            url,
            headers={**self._headers, **headers},
            extensions={
                "policy": policy,
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
        """Read the body of an answer, unpacked in parts and never beyond the limit."""
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

    async def _apply_robots(self, url: httpx2.URL, policy: RequestPolicy) -> RequestPolicy:
        """The policy with the pause that robots.txt asks for."""
        verdict = await self._robots.verdict(url)
        if not verdict.allowed:
            raise DisallowedByRobotsError("fetch.host", host=url.host)
        return replace(policy, interval=max(policy.interval, verdict.delay or 0.0))

    async def _robots_file(self, url: str) -> bytes:
        answer = await self.get(
            url, policy=RequestPolicy(interval=0), accept="text/plain", max_bytes=robots.MAX_BYTES
        )
        return answer.content


def _target(url: httpx2.URL, location: str) -> str:
    """The URL that a redirect leads to."""
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
