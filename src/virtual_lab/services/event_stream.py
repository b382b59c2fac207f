"""The event stream: an event of a run as a server-sent event."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from virtual_lab.domain import Event
from virtual_lab.store import Logged


class EventLine(Event):
    """An event of a run: the data of a line of its stream."""

    seq: int = Field(description="Its number in the log of the run, from 1 without gaps.")
    at: datetime


def encode_event(logged: Logged) -> bytes:
    """An event as a server-sent event, whose id is the number of the event.

    Its data is JSON without line breaks, so it needs only one line ``data:``.
    """
    event: dict[str, Any] = dict(logged.event)
    line = EventLine(seq=logged.seq, at=logged.at, **event)
    kind = logged.event.kind.value
    return f"id: {logged.seq}\r\nevent: {kind}\r\ndata: {line.model_dump_json()}\r\n\r\n".encode()
