from __future__ import annotations

import asyncio

import pytest

from virtual_lab.analysts.model.limiter import Limits, ProcessLimiter


def test_no_more_calls_run_at_a_time_than_allowed() -> None:
    limiter = ProcessLimiter(Limits(concurrent=2))
    under_way = most = 0

    async def call() -> None:
        nonlocal under_way, most
        async with limiter.admit("m", 1):
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0)
            under_way -= 1

    async def calls() -> None:
        await asyncio.gather(*(call() for _ in range(8)))

    asyncio.run(calls())
    assert most == 2


@pytest.mark.parametrize(
    ("limits", "tokens"),
    [(Limits(requests_per_minute=2), 1), (Limits(tokens_per_minute=25), 10)],
)
def test_the_third_call_of_a_minute_waits_for_the_next(limits: Limits, tokens: int) -> None:
    now = 0.0
    limiter = ProcessLimiter(limits, clock=lambda: now)

    async def admitted() -> bool:
        try:
            async with asyncio.timeout(0.05), limiter.admit("m", tokens):
                return True
        except TimeoutError:
            return False

    async def minute() -> list[bool]:
        return [await admitted() for _ in range(3)]

    assert asyncio.run(minute()) == [True, True, False]
    now = 61.0
    assert asyncio.run(admitted())


def test_models_do_not_wait_for_each_other() -> None:
    limiter = ProcessLimiter(Limits(requests_per_minute=1))

    async def both() -> None:
        async with asyncio.timeout(5), limiter.admit("a", 1), limiter.admit("b", 1):
            pass

    asyncio.run(both())


def test_a_hold_lets_nothing_begin_until_it_is_over() -> None:
    now = 0.0
    limiter = ProcessLimiter(Limits(), clock=lambda: now)

    async def held() -> bool:
        await limiter.hold("m", 10)
        await limiter.hold("m", 5)  # a shorter one does not end it
        try:
            async with asyncio.timeout(0.05), limiter.admit("m", 1):
                return False
        except TimeoutError:
            return True

    assert asyncio.run(held())
