"""Research: a run within the call, in the background, in a batch, or with a stream of events."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Annotated

import anyio
from fastapi import APIRouter, Header, Request, Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from virtual_lab.api.answers import ResearchAnswer, SubmitAnswer
from virtual_lab.api.events import EVENT_STREAM, stream
from virtual_lab.api.models import BatchRequest, QueryRequest, TopicRequest
from virtual_lab.http.dependencies import Caller, CurrentService
from virtual_lab.http.hang_up import while_connected
from virtual_lab.http.problems import documented
from virtual_lab.services.service import Service
from virtual_lab.store import Priority, StoredRun, SubmissionKey

BATCH = "/api/research/batch"
POLL_AGAIN_S = 2

router = APIRouter(prefix="/api/research", tags=["research"])

IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=255,
        description="The same key with the same body gives the same run; with another body, 422.",
    ),
]


@router.post("", responses=documented(404, 413, 422, 502, 503))
async def research(request: Request, body: TopicRequest, service: CurrentService) -> ResearchAnswer:
    """Answer a question within the call, without broker and worker. Hanging up stops the run."""
    question = body.question(service.settings)
    report, events = await while_connected(request, service.synchronous.research(question))
    return ResearchAnswer.of(report, events, service.settings.citations)


@router.post("/async", status_code=202, responses=documented(413, 422, 429, 503))
async def research_async(
    body: QueryRequest,
    service: CurrentService,
    caller: Caller,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> SubmitAnswer:
    """Submit a question; workers answer it in the background.

    Once this returns, the run is stored and will be executed, even if the broker is down now.
    """
    run = await anyio.to_thread.run_sync(submit, service, body, idempotency_key, caller)
    response.headers["Location"] = location(run)
    response.headers["Retry-After"] = str(POLL_AGAIN_S)
    return SubmitAnswer(task_id=run.id)


@router.post("/batch", status_code=202, responses=documented(413, 422, 429, 503))
def research_batch(
    body: BatchRequest,
    service: CurrentService,
    caller: Caller,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> list[SubmitAnswer]:
    """Submit up to 100 questions, all or none; their tasks are in the same order.

    They are executed when no interactive run waits.
    """
    submissions = [
        replace(item.submission(service.settings, Priority.BATCH), by=caller) for item in body
    ]
    sent = [item.model_dump(mode="json", exclude_unset=True) for item in body]
    key = SubmissionKey(idempotency_key, json.dumps(sent)) if idempotency_key else None
    runs = service.queue.submit_all(submissions, key)
    response.headers["Retry-After"] = str(POLL_AGAIN_S)
    return [SubmitAnswer(task_id=run.id) for run in runs]


@router.post(
    "/stream",
    response_class=EventSourceResponse,
    responses={**EVENT_STREAM, **documented(413, 422, 429, 503)},
)
async def research_stream(
    body: QueryRequest,
    service: CurrentService,
    caller: Caller,
    idempotency_key: IdempotencyKey = None,
) -> EventSourceResponse:
    """Submit a question and stream its events.

    The first event, ``submitted``, has the id of the task; after a lost connection, continue at
    ``GET /api/task/{task_id}/events``. Hanging up does not stop the run.
    """
    run = await anyio.to_thread.run_sync(submit, service, body, idempotency_key, caller)

    async def events() -> AsyncIterator[bytes]:
        submitted = SubmitAnswer(task_id=run.id)
        yield ServerSentEvent(submitted.model_dump_json(), event="submitted").encode()
        async for event in service.tailer.follow(run.id):
            yield event

    return stream(events(), {"Location": location(run)})


def submit(service: Service, body: QueryRequest, key: str | None, caller: str | None) -> StoredRun:
    """Store a run of a caller; gives the first run where ``key`` was used before.

    Raises:
        ReusedKeyError: the key was used with another body.
        QueueFullError: too many runs wait.
    """
    sent = body.model_dump_json(exclude_unset=True)
    known = SubmissionKey(key, sent) if key else None
    submission = replace(body.submission(service.settings), by=caller)
    return service.queue.submit_all([submission], known)[0]


def location(run: StoredRun) -> str:
    """The path of a run."""
    return f"/api/task/{run.id}"
