"""The throttle: limits how often a host is asked, and waits where a host asks to slow down.

It works below the cache. So cached answers are not delayed, and the credentials that are added here
are never written to the cache.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

import httpx2

from virtual_lab.retry import Retry, TransientError
from virtual_lab.retry_after import retry_after_s

SLOW_DOWN_STATUSES = frozenset({429, 503})
_RETRIED_STATUSES = frozenset({429, 500, 502, 503, 504})
_LONGEST_WAIT_S = 5.0
_FIRST_WAIT_S = 0.5


@dataclass(frozen=True)
class RequestPolicy:
    """How one request is sent.

    Attributes:
        interval: the least time between two requests to the same host, in seconds.
        headers: credentials that are sent as headers.
        params: credentials that are sent in the query.
        body: JSON, which makes the request a POST.
        retries: how many further attempts follow an answer that asks to try later.
    """

    interval: float = 1.0
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    params: dict[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = None
    retries: int = 1


class HostThrottle:
    """Delays requests to hosts that were asked too recently."""

    def __init__(self) -> None:
        self._free_at: dict[str, float] = {}

    async def wait(self, host: str, interval: float) -> None:
        """Wait until ``host`` may be asked, and reserve ``interval`` seconds for this request."""
        now = time.monotonic()
        at = max(now, self._free_at.get(host, now))
        self._free_at[host] = at + interval
        await asyncio.sleep(at - now)

    def hold(self, host: str, seconds: float) -> None:
        """Send nothing to ``host`` for so many seconds."""
        until = time.monotonic() + seconds
        self._free_at[host] = max(until, self._free_at.get(host, until))


class PoliteTransport(httpx2.AsyncBaseTransport):
    """Throttles requests, adds their credentials, and retries where a host asks to try later."""

    def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
        self._inner = inner
        self._throttle = HostThrottle()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request; where the host asks for more than five seconds, its answer is given."""
        policy: RequestPolicy = request.extensions.get("policy", RequestPolicy())
        host = request.url.host
        sent = _with_credentials(request, policy)
        retry = Retry(
            policy.retries + 1,
            _FIRST_WAIT_S,
            _LONGEST_WAIT_S,
            jitter=0.0,
            patience_s=_LONGEST_WAIT_S,
        )

        async def attempt() -> httpx2.Response:
            await self._throttle.wait(host, policy.interval)
            answer = await self._inner.handle_async_request(sent)
            if answer.status_code not in _RETRIED_STATUSES:
                return answer
            asked_s = retry_after_s(answer.headers)
            if answer.status_code in SLOW_DOWN_STATUSES:
                hold_s = _FIRST_WAIT_S if asked_s is None else asked_s
                self._throttle.hold(host, min(hold_s, _LONGEST_WAIT_S))
            raise _LaterError(answer, asked_s)

        try:
            return await retry.async_caller(_close)(attempt)
        except _LaterError as error:
            return error.answer

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


class _LaterError(TransientError):
    """A host answered that the request should be tried later."""

    def __init__(self, answer: httpx2.Response, retry_after_s: float | None) -> None:
        super().__init__(retry_after_s=retry_after_s)
        self.answer = answer


async def _close(error: _LaterError) -> None:
    """Close an answer that is not used because the request is sent again."""
    await error.answer.aclose()


def _with_credentials(request: httpx2.Request, policy: RequestPolicy) -> httpx2.Request:
    """The request as it is sent: with its credentials, and as a POST where it has a body.

    To the cache, such a POST is a GET whose URL holds the body: searches only read.
    """
    headers = httpx2.Headers(request.headers)
    headers.update(policy.headers)
    url = request.url
    if policy.body is not None:
        headers["content-type"] = "application/json"
        headers["content-length"] = str(len(policy.body))
        url = url.copy_with(query=None)
    if policy.params:
        url = url.copy_merge_params(policy.params)
    return httpx2.Request(
        request.method if policy.body is None else "POST",
        url,
        headers=headers,
        content=policy.body,
        extensions=request.extensions,
    )
