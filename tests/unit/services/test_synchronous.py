"""A run in this process."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import asynccontextmanager

import pytest

from tests.unit.api.conftest import TOPIC
from virtual_lab.domain import Question
from virtual_lab.services.synchronous import MOST_CONCURRENT_JOBS, SynchronousLab
from virtual_lab.settings import Settings


class SlowLab:
    """A lab that would take for ever, and notes what becomes of its runs."""

    def __init__(self) -> None:
        self.working = threading.Semaphore(0)
        self.stopped = threading.Semaphore(0)

    async def research(self, question: Question, on_event: object) -> None:
        self.working.release()
        try:
            await asyncio.sleep(3600)
        finally:
            self.stopped.release()


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> SlowLab:
    """The lab that is opened."""
    lab = SlowLab()

    @asynccontextmanager
    async def open_slow_lab(settings: Settings, question: Question):  # type: ignore[no-untyped-def]
        yield lab

    monkeypatch.setattr("virtual_lab.bootstrap.lab.open_lab", open_slow_lab)
    return lab


def until(semaphore: threading.Semaphore, count: int) -> bool:
    """Wait until it was released so many times."""
    return all(semaphore.acquire(timeout=20) for _ in range(count))


def test_who_hangs_up_stops_the_run(slow: SlowLab, settings: Settings) -> None:
    async def hang_up() -> None:
        call = asyncio.create_task(SynchronousLab(settings).research(Question(topic=TOPIC)))
        assert await asyncio.to_thread(until, slow.working, 1)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert await asyncio.to_thread(until, slow.stopped, 1)

    asyncio.run(hang_up())


def test_only_some_runs_are_made_at_once(slow: SlowLab, settings: Settings) -> None:
    async def crowd() -> None:
        lab = SynchronousLab(settings)
        calls = [
            asyncio.create_task(lab.research(Question(topic=TOPIC)))
            for _ in range(MOST_CONCURRENT_JOBS + 2)
        ]
        assert await asyncio.to_thread(until, slow.working, MOST_CONCURRENT_JOBS)
        await asyncio.to_thread(time.sleep, 0.1)
        assert not slow.working.acquire(blocking=False)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        assert await asyncio.to_thread(until, slow.stopped, MOST_CONCURRENT_JOBS)

    asyncio.run(crowd())
