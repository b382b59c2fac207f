"""The events of a run, as a stream of server-sent events."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Header, Response
from sse_starlette import EventSourceResponse

from virtual_lab.http.dependencies import CurrentService
from virtual_lab.http.parameters import TaskId
from virtual_lab.http.problems import documented

HEARTBEAT_S = 15.0
_SEND_TIMEOUT_S = 30.0

EVENT_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The events of the run, each with its number as the id.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}

router = APIRouter(prefix="/api/task", tags=["tasks"])


@router.get(
    "/{task_id}/events",
    response_class=EventSourceResponse,
    responses={
        **EVENT_STREAM,
        204: {"description": "The run has ended, and all of its events have been seen."},
        **documented(404, 422, 503),
    },
)
async def events(
    task_id: TaskId,
    service: CurrentService,
    last_event_id: Annotated[
        int, Header(ge=0, description="The number of the last event seen; the next one follows.")
    ] = 0,
) -> Response:
    """Stream the events of a run: all from the beginning, or those after a given event.

    The stream ends with the run. A comment every 15 seconds keeps it open. Hanging up does not
    stop the run.
    """
    run = await anyio.to_thread.run_sync(service.store.runs.get, task_id)
    if run.state.is_final and last_event_id >= run.last_seq:
        # After a 204 an EventSource does not connect again.
        return Response(status_code=204)
    return stream(service.tailer.follow(task_id, last_event_id))


def stream(
    content: AsyncIterator[bytes], headers: Mapping[str, str] | None = None
) -> EventSourceResponse:
    """The answer that streams events; a client that reads nothing for long is disconnected."""
    return EventSourceResponse(
        content, headers=headers, ping=HEARTBEAT_S, send_timeout=_SEND_TIMEOUT_S
    )
