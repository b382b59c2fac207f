"""Watching a run: where one watcher stands in its log, also over cut connections."""

from __future__ import annotations

import time
from typing import Any

import httpx2

from virtual_lab.client.answers import LabEvent
from virtual_lab.client.http import TIMEOUT_S, check
from virtual_lab.domain import EventKind
from virtual_lab.errors import UnreachableHostError

_SILENCE_S = 45.0  # three heartbeats
_PATIENCE_S = 60.0  # of trying to connect again
_TRY_AGAIN_S = 1.0
_LAST = (EventKind.FINISHED, EventKind.FAILED, EventKind.CANCELLED)


class EventFollower:
    """Where one watcher stands in the log of a run."""

    def __init__(self, after: int) -> None:
        self.is_over = False
        self._seq = after
        self._heard_at = time.monotonic()

    def options(self) -> dict[str, Any]:
        """For the call that opens the stream."""
        return {
            "headers": {"Last-Event-ID": str(self._seq)},
            "timeout": httpx2.Timeout(TIMEOUT_S, read=_SILENCE_S),
        }

    def accept(self, response: httpx2.Response) -> bool:
        """Whether events follow; none do where all of them have been seen."""
        check(response)
        if response.status_code == httpx2.codes.NO_CONTENT:
            self.is_over = True
        return not self.is_over

    def take(self, message: httpx2.ServerSentEvent) -> LabEvent:
        """The event of a message."""
        event = LabEvent.model_validate_json(message.data)
        self._seq, self._heard_at = event.seq, time.monotonic()
        self.is_over = event.kind in _LAST
        return event

    def pause(self, error: httpx2.TransportError) -> float:
        """How long to wait before connecting again, in seconds.

        Raises:
            UnreachableHostError: it has been tried for long enough.
        """
        if time.monotonic() - self._heard_at > _PATIENCE_S + _SILENCE_S:
            raise UnreachableHostError("outside.text", text=error) from None
        return _TRY_AGAIN_S
