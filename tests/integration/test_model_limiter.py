"""The limiter that workers share, on a real Valkey."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from virtual_lab.analysts.model.limiter import Limits
from virtual_lab.analysts.model.redis_limiter import RedisLimiter
from virtual_lab.jobs.broker.embedded import EmbeddedBroker

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no Valkey there")

Use = Callable[[RedisLimiter], Coroutine[None, None, None]]


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    broker = EmbeddedBroker(tmp_path_factory.mktemp("valkey"))
    broker.start()
    yield broker.socket
    broker.stop()


async def beside(valkey: Path, limits: Limits, uses: list[Use], lost_after_s: float = 60.0) -> None:
    """Let each use have a limiter and a connection of its own, as workers have."""

    async def one(use: Use) -> None:
        async with Redis(unix_socket_path=str(valkey)) as redis:
            await use(RedisLimiter(redis, limits, lost_after_s))

    async with Redis(unix_socket_path=str(valkey)) as redis:
        await redis.flushall()
    outcomes = await asyncio.gather(*map(one, uses), return_exceptions=True)
    for outcome in outcomes:
        if outcome:
            raise outcome


def test_calls_at_a_time_are_limited_over_all_workers(valkey: Path) -> None:
    under_way = most = done = 0

    async def use(limiter: RedisLimiter) -> None:
        nonlocal under_way, most, done
        for _ in range(3):
            async with limiter.admit("m", 10):
                under_way += 1
                most = max(most, under_way)
                await asyncio.sleep(0.01)
                under_way -= 1
                done += 1

    asyncio.run(beside(valkey, Limits(concurrent=2), [use] * 4))
    assert most == 2
    assert done == 12


@pytest.mark.parametrize(
    ("limits", "tokens"),
    [
        (Limits(requests_per_minute=2), 10),
        (Limits(tokens_per_minute=250), 100),
    ],
)
def test_a_minute_has_its_limits(valkey: Path, limits: Limits, tokens: int) -> None:
    async def run() -> None:
        admitted = asyncio.Semaphore(0)

        async def use(limiter: RedisLimiter) -> None:
            async with limiter.admit("m", tokens):
                admitted.release()

        calls = asyncio.create_task(beside(valkey, limits, [use] * 4))
        for _ in range(2):
            await asyncio.wait_for(admitted.acquire(), 30)
        await asyncio.sleep(0.3)
        assert admitted.locked(), "a third call was admitted within the minute"
        calls.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calls

    asyncio.run(run())


def test_a_call_larger_than_the_limit_of_a_minute_goes_alone(valkey: Path) -> None:
    async def use(limiter: RedisLimiter) -> None:
        async with limiter.admit("m", 10_000):
            pass

    asyncio.run(beside(valkey, Limits(tokens_per_minute=100), [use]))


def test_a_hold_stops_every_worker_and_ends(valkey: Path) -> None:
    order: list[str] = []
    is_held = asyncio.Event()

    async def holder(limiter: RedisLimiter) -> None:
        await limiter.hold("m", 1.5)
        order.append("held")
        is_held.set()
        async with limiter.admit("other", 1):
            order.append("other")

    async def waiter(limiter: RedisLimiter) -> None:
        await is_held.wait()
        async with limiter.admit("m", 1):
            order.append("admitted")

    asyncio.run(beside(valkey, Limits(), [holder, waiter]))
    assert order == ["held", "other", "admitted"]


def test_a_call_that_waits_for_its_place_can_be_given_up_at_any_moment(valkey: Path) -> None:
    async def give_up(limiter: RedisLimiter, seconds: float) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(seconds), limiter.admit("m", 1):
                pass

    async def run() -> None:
        async with Redis(unix_socket_path=str(valkey)) as redis:
            await redis.flushall()
            limiter = RedisLimiter(redis, Limits(concurrent=1))
            async with limiter.admit("m", 1):
                for n in range(40):
                    waits = [give_up(limiter, 0.01 + (5 * n + m) / 1000) for m in range(5)]
                    async with asyncio.timeout(30):
                        await asyncio.gather(*waits)

    asyncio.run(run())


HOLDER = """
import asyncio, sys
from redis.asyncio import Redis
from virtual_lab.analysts.model.limiter import Limits
from virtual_lab.analysts.model.redis_limiter import RedisLimiter

async def hold():
    async with Redis(unix_socket_path=sys.argv[1]) as redis:
        async with RedisLimiter(redis, Limits(concurrent=1), 2.0).admit("m", 1):
            print("held", flush=True)
            await asyncio.sleep(600)

asyncio.run(hold())
"""


def test_the_place_of_a_worker_that_died_is_free_again(valkey: Path) -> None:
    async def run() -> None:
        async with Redis(unix_socket_path=str(valkey)) as redis:
            await redis.flushall()
            limiter = RedisLimiter(redis, Limits(concurrent=1), 2.0)
            worker = await asyncio.create_subprocess_exec(
                sys.executable, "-c", HOLDER, str(valkey), stdout=asyncio.subprocess.PIPE
            )
            assert worker.stdout
            assert await worker.stdout.readline() == b"held\n"
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(5), limiter.admit("m", 1):
                    pass  # it lives, though its call takes longer than its place is kept for
            worker.kill()
            await worker.wait()
            async with asyncio.timeout(30), limiter.admit("m", 1):
                pass

    asyncio.run(run())


def test_without_redis_each_process_keeps_to_the_limits_alone(tmp_path: Path) -> None:
    under_way = most = 0

    async def run() -> None:
        nowhere = f"redis+socket://{tmp_path}/nowhere.socket"
        async with RedisLimiter.open(nowhere, Limits(concurrent=2)) as limiter:
            await limiter.hold("m", 0.01)

            async def use() -> None:
                nonlocal under_way, most
                async with limiter.admit("m", 1):
                    under_way += 1
                    most = max(most, under_way)
                    await asyncio.sleep(0.01)
                    under_way -= 1

            await asyncio.gather(*(use() for _ in range(6)))

    asyncio.run(run())
    assert most == 2


def test_a_limiter_finds_the_embedded_broker(valkey: Path) -> None:
    async def run() -> None:
        async with (
            RedisLimiter.open(f"redis+socket://{valkey}", Limits()) as limiter,
            limiter.admit("seen", 1),
            Redis(unix_socket_path=str(valkey)) as redis,
        ):
            assert await redis.keys("*seen:under-way")

    asyncio.run(run())
