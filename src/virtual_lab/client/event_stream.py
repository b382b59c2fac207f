"""The event stream of a run: a client's position in its log, kept over lost connections."""

from __future__ import annotations

import time
from typing import Any

import httpx2

from virtual_lab.client.answers import LabEvent
from virtual_lab.client.http import TIMEOUT_S, check
from virtual_lab.domain import EventKind
from virtual_lab.errors import UnreachableHostError

_LONGEST_SILENCE_S = 45.0  # Three heartbeats of the server.
_LONGEST_RECONNECT_S = 60.0
_RECONNECT_PAUSE_S = 1.0
_LAST_KINDS = (EventKind.FINISHED, EventKind.FAILED, EventKind.CANCELLED)


class EventFollower:
    """The position of one client in the log of a run."""

    def __init__(self, after: int) -> None:
        self.is_over = False
        self._seq = after
        self._last_event_at = time.monotonic()

    def options(self) -> dict[str, Any]:
        """The options of the call that opens the stream."""
        return {
            "headers": {"Last-Event-ID": str(self._seq)},
            "timeout": httpx2.Timeout(TIMEOUT_S, read=_LONGEST_SILENCE_S),
        }

    def accept(self, response: httpx2.Response) -> bool:
        """Whether events follow, which is not so where the client has seen all of them."""
        check(response)
        if response.status_code == httpx2.codes.NO_CONTENT:
            self.is_over = True
        return not self.is_over

    def take(self, message: httpx2.ServerSentEvent) -> LabEvent:
        """The event of a message."""
        event = LabEvent.model_validate_json(message.data)
        self._seq, self._last_event_at = event.seq, time.monotonic()
        self.is_over = event.kind in _LAST_KINDS
        return event

    def pause(self, error: httpx2.TransportError) -> float:
        """How long to wait before connecting again, in seconds.

        Raises:
            UnreachableHostError: the server was unreachable for ``_LONGEST_RECONNECT_S`` seconds.
        """
        silence_s = time.monotonic() - self._last_event_at
        if silence_s > _LONGEST_RECONNECT_S + _LONGEST_SILENCE_S:
            raise UnreachableHostError("outside.text", text=error) from None
        return _RECONNECT_PAUSE_S
