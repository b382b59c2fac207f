"""Events as they are streamed."""

from __future__ import annotations

from datetime import UTC, datetime

from sse_starlette import ServerSentEvent

from virtual_lab.domain import Event, EventKind
from virtual_lab.services.event_stream import encode_event
from virtual_lab.store import Logged


def test_an_event_is_encoded_as_the_server_sent_events_of_the_library_are() -> None:
    event = Event(kind=EventKind.PLANNED, current=1, total=5, status="one\nand 둘")
    encoded = encode_event(Logged(7, datetime(2026, 1, 2, tzinfo=UTC), event))
    data = encoded.decode().partition("data: ")[2].rstrip()
    assert ServerSentEvent(data, event="planned", id="7").encode() == encoded
    assert "\n" not in data
    assert "둘" in data
