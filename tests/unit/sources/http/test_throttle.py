"""How often a host is asked, and what its "slow down" means."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tests.replay import ReplayServer, Reply
from virtual_lab.errors import RefusedRequestError
from virtual_lab.sources.http import Fetcher, RequestPolicy
from virtual_lab.sources.http.throttle import HostThrottle

Make = Callable[..., Fetcher]


def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that are asked for; none is made."""
    pauses: list[float] = []
    real = asyncio.sleep

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        await real(0)

    monkeypatch.setattr("virtual_lab.sources.http.throttle.asyncio.sleep", sleep)
    return pauses


def test_a_host_is_asked_at_intervals_and_hosts_do_not_wait_for_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pauses = slept(monkeypatch)

    async def run() -> None:
        pacer = HostThrottle()
        await asyncio.gather(*(pacer.wait("a.org", 3.0) for _ in range(3)))
        await pacer.wait("b.org", 3.0)
        pacer.hold("b.org", 10.0)
        await pacer.wait("b.org", 3.0)

    asyncio.run(run())
    assert pauses == pytest.approx([0, 3, 6, 0, 10], abs=0.5)


def test_an_answer_of_later_is_waited_for(
    server: ReplayServer, fetcher: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses = slept(monkeypatch)
    server.on("/a", Reply(b"", 429, {"Retry-After": "2"}), b"answer")

    async def run() -> bytes:
        async with fetcher() as client:
            return (await client.get(server.url + "/a", policy=RequestPolicy(interval=0))).content

    assert asyncio.run(run()) == b"answer"
    assert 2.0 in pauses


def test_a_wait_that_is_too_long_is_not_waited_for(server: ReplayServer, fetcher: Make) -> None:
    server.on("/a", Reply(b"", 429, {"Retry-After": "3600"}))

    async def run() -> None:
        async with fetcher() as client:
            await client.get(server.url + "/a", policy=RequestPolicy(interval=0))

    with pytest.raises(RefusedRequestError):
        asyncio.run(run())
    assert server.count("/a") == 1
