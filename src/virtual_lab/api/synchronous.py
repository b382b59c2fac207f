"""A run in this process, without broker, worker or store.

It has a thread and an event loop of its own, because the extractive analyst computes; and only
here the process loads the lab.
"""

from __future__ import annotations

import asyncio
import threading

from virtual_lab.domain import Event, Question, Report
from virtual_lab.settings import Settings

MOST_AT_ONCE = 4


class Bench:
    """Where runs are made in this process, at most ``MOST_AT_ONCE`` at a time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._places = asyncio.Semaphore(MOST_AT_ONCE)

    async def research(self, question: Question) -> tuple[Report, list[Event]]:
        """Answer a question; gives the report and what happened on the way.

        Where the caller is cancelled, the run stops at once, and spends no more.

        Raises:
            VirtualLabError: the run failed.
        """
        async with self._places:
            run = _Run(self._settings, question)
            try:
                return await asyncio.to_thread(run.make)
            except asyncio.CancelledError:
                run.cancel()
                raise


class _Run:
    """One run, made in a thread and cancelled from another one."""

    def __init__(self, settings: Settings, question: Question) -> None:
        self._settings = settings
        self._question = question
        self._lock = threading.Lock()
        self._cancelled = False
        self._work: tuple[asyncio.AbstractEventLoop, asyncio.Task[Report]] | None = None
        self._events: list[Event] = []

    def make(self) -> tuple[Report, list[Event]]:
        return asyncio.run(self._research()), self._events

    def cancel(self) -> None:
        with self._lock:
            self._cancelled = True
            if self._work:
                loop, task = self._work
                loop.call_soon_threadsafe(task.cancel)

    async def _research(self) -> Report:
        from virtual_lab.lab.opening import open_lab

        async with open_lab(self._settings, self._question) as lab:
            task = asyncio.create_task(lab.research(self._question, self._events.append))
            with self._lock:
                self._work = (asyncio.get_running_loop(), task)
                if self._cancelled:
                    task.cancel()
            try:
                return await task
            finally:
                with self._lock:
                    self._work = None
