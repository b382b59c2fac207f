"""Periodic work of an API process, in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from virtual_lab.errors import VirtualLabError

log = structlog.get_logger(__name__)


class Periodic:
    """Calls ``work`` every ``period_s`` seconds; an error is logged, and the calls go on.

    Args:
        name: the name of the thread.
        work: the function; it gets an event that is set when it should stop.
    """

    def __init__(
        self, name: str, period_s: float, work: Callable[[threading.Event], object]
    ) -> None:
        self._period_s = period_s
        self._work = work
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; returns when the current call has ended."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._work(self._stopped)
            except VirtualLabError as error:
                log.warning("tried again later", what=self._thread.name, error=str(error))
            except Exception:
                log.exception("tried again later", what=self._thread.name)
            self._stopped.wait(self._period_s)
