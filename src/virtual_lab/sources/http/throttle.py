"""Good manners: how often a host is asked, and what a host's "slow down" means.

This sits below the cache, so only requests that really go out are paced, and the credentials that
are added here are never written to it.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

import httpx2

from virtual_lab.retry import PassingError, Retry
from virtual_lab.retry_after import retry_after_s

SLOW_DOWN = frozenset({429, 503})
_RETRIED = frozenset({429, 500, 502, 503, 504})
_LONGEST_WAIT_S = 5.0
_FIRST_WAIT_S = 0.5


@dataclass(frozen=True)
class RequestPolicy:
    """How one request is sent.

    ``interval`` is the least time between two requests to the same host, in seconds;
    ``headers`` and ``params`` hold credentials; ``body`` is JSON, and makes the request a POST;
    ``retries`` counts the further attempts after an answer that says "later".
    """

    interval: float = 1.0
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    params: dict[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = None
    retries: int = 1


class HostThrottle:
    """Gives each request to a host its turn."""

    def __init__(self) -> None:
        self._free_at: dict[str, float] = {}

    async def turn(self, host: str, interval: float) -> None:
        """Wait until ``host`` may be asked again."""
        now = time.monotonic()
        at = max(now, self._free_at.get(host, now))
        self._free_at[host] = at + interval
        await asyncio.sleep(at - now)

    def hold(self, host: str, seconds: float) -> None:
        """Ask ``host`` nothing for a while."""
        until = time.monotonic() + seconds
        self._free_at[host] = max(until, self._free_at.get(host, until))


class PoliteTransport(httpx2.AsyncBaseTransport):
    """Paces requests, adds their credentials, and tries again where a host asks for patience."""

    def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
        self._inner = inner
        self._pacer = HostThrottle()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request in its turn; a wait that is too long is not waited for."""
        manners: RequestPolicy = request.extensions.get("manners", RequestPolicy())
        host = request.url.host
        sent = _outgoing(request, manners)
        retry = Retry(
            manners.retries + 1,
            _FIRST_WAIT_S,
            _LONGEST_WAIT_S,
            jitter=0.0,
            patience_s=_LONGEST_WAIT_S,
        )

        async def attempt() -> httpx2.Response:
            await self._pacer.turn(host, manners.interval)
            answer = await self._inner.handle_async_request(sent)
            if answer.status_code not in _RETRIED:
                return answer
            asked_s = retry_after_s(answer.headers)
            if answer.status_code in SLOW_DOWN:
                hold_s = _FIRST_WAIT_S if asked_s is None else asked_s
                self._pacer.hold(host, min(hold_s, _LONGEST_WAIT_S))
            raise _LaterError(answer, asked_s)

        try:
            return await retry.awaiting(_close)(attempt)
        except _LaterError as error:
            return error.answer

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


class _LaterError(PassingError):
    """A host answered that it may serve the request later."""

    def __init__(self, answer: httpx2.Response, retry_after_s: float | None) -> None:
        super().__init__(retry_after_s=retry_after_s)
        self.answer = answer


async def _close(error: _LaterError) -> None:
    """Close the answer that is not used, since the request is sent again."""
    await error.answer.aclose()


def _outgoing(request: httpx2.Request, manners: RequestPolicy) -> httpx2.Request:
    """The request as it is sent: with its credentials, and as a POST where it has a body.

    A search that takes its query in a body only reads, so the cache above knows it as a GET whose
    URL holds the body; the server gets what it expects.
    """
    headers = httpx2.Headers(request.headers)
    headers.update(manners.headers)
    url = request.url
    if manners.body is not None:
        headers["content-type"] = "application/json"
        headers["content-length"] = str(len(manners.body))
        url = url.copy_with(query=None)
    if manners.params:
        url = url.copy_merge_params(manners.params)
    return httpx2.Request(
        request.method if manners.body is None else "POST",
        url,
        headers=headers,
        content=manners.body,
        extensions=request.extensions,
    )
