"""One reader for all who watch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest

from tests.unit.api.conftest import TOPIC, event
from virtual_lab.domain import EventKind, Question
from virtual_lab.errors import RunFailedError
from virtual_lab.services.tailing import Tailer
from virtual_lab.store import Lease, Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with Store(f"sqlite:///{tmp_path / 'runs.sqlite3'}") as opened:
        yield opened


@pytest.fixture
def lease(store: Store) -> Lease:
    """A run that is being worked on, with one event."""
    run = store.runs.submit(Question(topic=TOPIC))
    claimed = store.leases.claim(run.id, "worker")
    assert claimed
    store.events.append(claimed, event(EventKind.STARTED, 0))
    return claimed


@asynccontextmanager
async def tailer_of(store: Store) -> AsyncIterator[Tailer]:
    """A tailer that reads."""
    tailer = Tailer(store.events)
    tailer.start()
    try:
        yield tailer
    finally:
        await tailer.stop()


async def collect(tailer: Tailer, run_id: str, after: int = 0) -> list[int]:
    """The numbers of all events that a watcher sees."""
    return [number(message) async for message in tailer.follow(run_id, after)]


def number(message: bytes) -> int:
    """The number of an encoded event."""
    return int(message.splitlines()[0].removeprefix(b"id: "))


def test_all_watchers_see_everything_once_wherever_they_begin(store: Store, lease: Lease) -> None:
    async def watch() -> list[list[int]]:
        async with tailer_of(store) as tailer:
            watchers = [
                asyncio.create_task(collect(tailer, lease.run_id, after=n % 3)) for n in range(30)
            ]
            for step in range(1, 4):
                await asyncio.sleep(0.05)
                store.events.append(lease, event(EventKind.PLANNED, step))
                watchers.append(asyncio.create_task(collect(tailer, lease.run_id)))
            store.leases.fail(lease, RunFailedError("enough"))
            return await asyncio.gather(*watchers)

    seen = asyncio.run(watch())
    assert [numbers[-1] for numbers in seen] == [5] * 33
    assert [numbers[0] for numbers in seen] == [1 + n % 3 for n in range(30)] + [1, 1, 1]
    assert all(numbers == list(range(numbers[0], 6)) for numbers in seen)


def test_many_watchers_cost_one_reader(store: Store, lease: Lease) -> None:
    reads: list[str] = []
    after = store.events.after

    def counted(run_id: str, seq: int = 0, limit: int = 1000) -> object:
        reads.append(run_id)
        return after(run_id, seq, limit)

    async def watch() -> None:
        async with tailer_of(store) as tailer:
            watchers = [asyncio.create_task(collect(tailer, lease.run_id)) for _ in range(100)]
            await asyncio.sleep(0.05)
            store.leases.fail(lease, RunFailedError("enough"))
            await asyncio.gather(*watchers)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store.events, "after", counted)
        asyncio.run(watch())
    assert len(reads) < 100


def test_a_slow_watcher_of_an_ended_run_does_not_hide_that_it_goes_on(
    store: Store, lease: Lease
) -> None:
    async def watch() -> tuple[list[int], list[int]]:
        async with tailer_of(store) as tailer, aclosing(tailer.follow(lease.run_id)) as slow:
            first = [number(await anext(slow))]
            store.leases.fail(lease, RunFailedError("enough"))
            assert await collect(tailer, lease.run_id) == [1, 2]
            store.runs.resume(lease.run_id)
            later = asyncio.create_task(collect(tailer, lease.run_id, after=2))
            await asyncio.sleep(0.05)
            store.runs.cancel(lease.run_id)
            return [*first, *[number(message) async for message in slow]], await later

    assert asyncio.run(watch()) == ([1, 2], [3, 4])


def test_nothing_is_read_where_nobody_watches(store: Store, lease: Lease) -> None:
    async def watch() -> int:
        async with tailer_of(store) as tailer:
            async with aclosing(tailer.follow(lease.run_id)) as watcher:
                await anext(watcher)
            await asyncio.sleep(0.3)
            reads = 0

            def counted(run_id: str, seq: int = 0, limit: int = 1000) -> list[object]:
                nonlocal reads
                reads += 1
                return []

            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(store.events, "after", counted)
                await asyncio.sleep(0.3)
            return reads

    assert asyncio.run(watch()) == 0


def test_of_a_pruned_log_the_end_is_seen_from_wherever_one_begins(
    store: Store, lease: Lease
) -> None:
    store.leases.fail(lease, RunFailedError("no luck"))
    store.retention.delete_events([lease.run_id])

    async def watch() -> list[list[int]]:
        async with tailer_of(store) as tailer:
            watchers = (collect(tailer, lease.run_id, after) for after in (0, 1))
            return await asyncio.gather(*watchers)

    assert asyncio.run(asyncio.wait_for(watch(), 30)) == [[2], [2]]
