"""The service: what all calls of one process share, such as the queue of runs."""

from __future__ import annotations

import asyncio

from virtual_lab.jobs.dispatch.run_queue import RunQueue
from virtual_lab.services.attempts import FailedSignIns
from virtual_lab.services.results import Results
from virtual_lab.services.sessions import Sessions
from virtual_lab.services.synchronous import SynchronousLab
from virtual_lab.services.tailing import Tailer
from virtual_lab.settings import Settings
from virtual_lab.store import Store


class Service:
    """The inside of API and pages, from the start of the process to its end.

    Args:
        settings: of this process.

    Raises:
        StoreError: the store cannot be opened.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.queue = RunQueue(settings)
        self.tailer = Tailer(self.queue.store.events)
        self.results = Results(self.queue.store)
        self.synchronous = SynchronousLab(settings)
        self.sessions = Sessions(settings)
        self.attempts = FailedSignIns()
        self._asked: asyncio.Task[dict[str, str]] | None = None

    @property
    def store(self) -> Store:
        """Where the runs are."""
        return self.queue.store

    async def start(self) -> None:
        """Begin to dispatch runs and to read logs."""
        self.queue.start()
        self.tailer.start()

    async def stop(self) -> None:
        """End everything in order."""
        await self.tailer.stop()
        await asyncio.to_thread(self.queue.stop)

    async def ask_worker(self) -> dict[str, str]:
        """What a worker says; many who ask at the same time share one question.

        Raises:
            BrokerError: the broker is down or frozen, or no worker answers.
        """
        if self._asked is None or self._asked.done():
            self._asked = asyncio.create_task(asyncio.to_thread(self.queue.check_worker))
        return await asyncio.shield(self._asked)
