"""The mirror: shows the progress of a run to Celery's clients, without ever holding it up."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any

import structlog

from virtual_lab.store import RunProgress

_APART_S = 0.25  # from news to its showing; Celery's clients look no more often
_LEAVE_S = 5.0  # longest wait for a broker that does not answer, when the run has ended

log = structlog.get_logger(__name__)


class CeleryProgress:
    """Hands the latest progress on, in a thread of its own; what comes too fast is skipped, and a
    run that is over at once shows none.

    Args:
        tell: takes ``{"current", "total", "status"}``; it may block or fail.
    """

    def __init__(self, tell: Callable[[dict[str, Any]], None]) -> None:
        self._tell = tell
        self._latest: RunProgress | None = None
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="mirror", daemon=True)

    def show(self, progress: RunProgress) -> None:
        """Hand ``progress`` on soon."""
        with self._changed:
            is_awaited = self._latest is None
            self._latest = progress
            if is_awaited:
                self._changed.notify()

    def __enter__(self) -> CeleryProgress:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._changed:
            self._closed = True
            self._latest = None
            self._changed.notify()
        self._thread.join(_LEAVE_S)

    def _run(self) -> None:
        while (progress := self._next()) is not None:
            try:
                self._tell(progress._asdict())
            except Exception as error:
                log.warning("progress not shown", error=str(error))

    def _next(self) -> RunProgress | None:
        """The latest progress that was not handed on yet; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._latest)
            self._changed.wait_for(lambda: self._closed, _APART_S)
            progress, self._latest = self._latest, None
            return progress
