"""The synchronous lab: runs in this process, without broker and worker.

Each run has a thread and an event loop of its own, because the lab computes for long. Only that
thread imports the lab.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

from virtual_lab.domain import Event, Question, Report
from virtual_lab.settings import Settings

MOST_CONCURRENT_JOBS = 4

Result = TypeVar("Result")
Work = Callable[[], Coroutine[Any, Any, Result]]
"""Makes the coroutine that is run in a thread."""


class SynchronousLab:
    """Runs the lab in this process, with at most ``MOST_CONCURRENT_JOBS`` jobs at a time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._places = asyncio.Semaphore(MOST_CONCURRENT_JOBS)

    async def research(self, question: Question) -> tuple[Report, list[Event]]:
        """Answer a question; gives the report and the events of the run.

        If the caller is cancelled, the run stops at once and makes no more calls of models.

        Raises:
            VirtualLabError: the run failed.
        """
        events: list[Event] = []

        async def research() -> Report:
            from virtual_lab.bootstrap.lab import open_lab

            async with open_lab(self._settings, question) as lab:
                return await lab.research(question, events.append)

        return await self.do(research), events

    async def do(self, work: Work[Result]) -> Result:
        """The result of ``work``, which runs in a thread and an event loop of its own.

        If the caller is cancelled, the work is cancelled at once.
        """
        async with self._places:
            job = _Job(work)
            try:
                return await asyncio.to_thread(job.do)
            except asyncio.CancelledError:
                job.cancel()
                raise


class _Job(Generic[Result]):
    """One piece of work, which runs in one thread and can be cancelled from another."""

    def __init__(self, work: Work[Result]) -> None:
        self._work = work
        self._lock = threading.Lock()
        self._cancelled = False
        self._doing: tuple[asyncio.AbstractEventLoop, asyncio.Task[Result]] | None = None

    def do(self) -> Result:
        return asyncio.run(self._do())

    def cancel(self) -> None:
        with self._lock:
            self._cancelled = True
            if self._doing:
                loop, task = self._doing
                loop.call_soon_threadsafe(task.cancel)

    async def _do(self) -> Result:
        task = asyncio.create_task(self._work())
        with self._lock:
            self._doing = (asyncio.get_running_loop(), task)
            if self._cancelled:
                task.cancel()
        try:
            return await task
        finally:
            with self._lock:
                self._doing = None
