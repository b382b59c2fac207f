"""The service: the objects that all requests of one process share, such as the run queue."""

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
    """The shared objects of the API and the pages, from the start of the process to its end.

    Args:
        settings: the settings of this process.

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
        self._worker_check: asyncio.Task[dict[str, str]] | None = None

    @property
    def store(self) -> Store:
        """The store of the runs."""
        return self.queue.store

    async def start(self) -> None:
        """Start the dispatcher and the tailer of logs."""
        self.queue.start()
        self.tailer.start()

    async def stop(self) -> None:
        """End everything in order."""
        await self.tailer.stop()
        await asyncio.to_thread(self.queue.stop)

    async def ask_worker(self) -> dict[str, str]:
        """The answer of a worker to a health check; simultaneous callers share one check.

        Raises:
            BrokerError: the broker is down or frozen, or no worker answers.
        """
        if self._worker_check is None or self._worker_check.done():
            self._worker_check = asyncio.create_task(asyncio.to_thread(self.queue.check_worker))
        return await asyncio.shield(self._worker_check)
