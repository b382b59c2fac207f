"""The tailer: one reader of the logs of runs for all clients that watch them.

Every watched run has one log in memory: its events, read from the store and encoded once. A
watcher is only a position in that log, so a slow watcher costs no memory, and no watcher can miss
an event or get one twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

import structlog

from virtual_lab.domain import EventKind
from virtual_lab.errors import StoreError
from virtual_lab.services.event_stream import encode_event
from virtual_lab.store import Logged
from virtual_lab.store.events import Events

POLL_S = 0.03
_RETRY_S = 2.0
_LAST_KINDS = frozenset({EventKind.FINISHED, EventKind.FAILED, EventKind.CANCELLED})

log = structlog.get_logger(__name__)


class RunEventLog:
    """The log of one run, as far as it was read.

    Attributes:
        gone: how many events at the beginning of the log were deleted by retention.
    """

    def __init__(self) -> None:
        self.events: list[bytes] = []
        self.gone = 0
        self.is_over = False
        self.watchers = 0
        self.changed = asyncio.Event()

    @property
    def last(self) -> int:
        """The number of the last event that was read; 0 before the first."""
        return len(self.events) + self.gone

    def extend(self, logged: Sequence[Logged]) -> None:
        """Add the next events, and wake the watchers."""
        if not logged:
            return
        if not self.events:
            self.gone = logged[0].seq - 1
        self.events += [encode_event(item) for item in logged]
        self.is_over = logged[-1].event.kind in _LAST_KINDS
        self.changed.set()
        self.changed = asyncio.Event()


class Tailer:
    """Reads the logs of the runs that are watched, in one task of the event loop.

    Args:
        events: the logs of all runs.
    """

    def __init__(self, events: Events) -> None:
        self._events = events
        self._feeds: dict[str, RunEventLog] = {}
        self._watched = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start the task, which reads while there are watchers."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End the task."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def follow(self, run_id: str, after: int = 0) -> AsyncIterator[bytes]:
        """The events of a run after number ``after``, encoded, up to the end of the run."""
        feed = self._feeds.setdefault(run_id, RunEventLog())
        feed.watchers += 1
        self._watched.set()
        try:
            while True:
                changed = feed.changed
                after = max(after, feed.gone)
                while after < feed.last:
                    after += 1
                    yield feed.events[after - feed.gone - 1]
                if feed.is_over:
                    return
                await changed.wait()
        finally:
            feed.watchers -= 1
            if not feed.watchers:
                self._drop(run_id, feed)

    async def _run(self) -> None:
        while True:
            await self._watched.wait()
            positions = {run_id: feed.last for run_id, feed in self._feeds.items()}
            if not positions:
                self._watched.clear()
                continue
            pause = POLL_S
            try:
                news = await asyncio.to_thread(self._read, positions)
            except StoreError as error:
                log.warning("tailer waits for the store", error=str(error))
                news, pause = {}, _RETRY_S
            for run_id, logged in news.items():
                feed = self._feeds.get(run_id)
                # Its last watcher may have left and a new one come in the meantime.
                if feed and feed.last == positions[run_id]:
                    feed.extend(logged)
                    if feed.is_over:
                        # A later watcher gets a new log, in which the run may be resumed.
                        self._drop(run_id, feed)
            await asyncio.sleep(pause)

    def _drop(self, run_id: str, feed: RunEventLog) -> None:
        if self._feeds.get(run_id) is feed:
            del self._feeds[run_id]

    def _read(self, positions: dict[str, int]) -> dict[str, list[Logged]]:
        return {
            run_id: self._events.after(run_id, positions[run_id])
            for run_id in self._events.with_news(positions)
        }
