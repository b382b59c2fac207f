"""The progress of a run as Celery's clients see it, stored without delaying the run."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import structlog

from virtual_lab.store import RunProgress

# Progress is shown this long after it came: Celery's clients do not look more often.
_SHOW_DELAY_S = 0.25
# The longest wait at the end of a run for a broker that does not answer.
_LONGEST_END_S = 5.0

log = structlog.get_logger(__name__)


class CeleryProgress:
    """Stores the latest progress in a thread of its own, and skips what follows too fast.

    Args:
        tell: stores ``{"current", "total", "status"}``; it may block or fail.
    """

    def __init__(self, tell: Callable[[dict[str, Any]], None]) -> None:
        self._tell = tell
        self._latest: RunProgress | None = None
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="mirror", daemon=True)

    def show(self, progress: RunProgress) -> None:
        """Store ``progress`` soon, unless newer progress comes first."""
        with self._changed:
            is_awaited = self._latest is None
            self._latest = progress
            if is_awaited:
                self._changed.notify()

    def __enter__(self) -> CeleryProgress:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._closed = True
            self._latest = None
            self._changed.notify()
        self._thread.join(_LONGEST_END_S)

    def _run(self) -> None:
        while (progress := self._next()) is not None:
            try:
                self._tell(progress._asdict())
            except Exception as error:
                log.warning("progress not shown", error=str(error))

    def _next(self) -> RunProgress | None:
        """Wait for progress that was not stored yet; gives None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._latest)
            self._changed.wait_for(lambda: self._closed, _SHOW_DELAY_S)
            progress, self._latest = self._latest, None
            return progress
