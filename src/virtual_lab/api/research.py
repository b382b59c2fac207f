"""Asking: a run in this call, in the background, or in the background and watched at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Annotated, Any, TypeVar
from uuid import UUID, uuid5

import anyio
from fastapi import APIRouter, Header, Request, Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from virtual_lab.api.answers import ResearchAnswer, SubmitAnswer
from virtual_lab.api.events import EVENT_STREAM, stream
from virtual_lab.api.models import QueryRequest, TopicRequest
from virtual_lab.api.problems import documented
from virtual_lab.api.service import Here, Service
from virtual_lab.domain import Question
from virtual_lab.errors import ConflictError, InvalidInputError, RunCancelledError
from virtual_lab.store import Run

POLL_AGAIN_S = 2

Result = TypeVar("Result")

_KEYS = UUID("3d1f0d52-5ad6-4f43-a1c7-5c6f2f9f8f3e")

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
async def research(request: Request, body: TopicRequest, service: Here) -> ResearchAnswer:
    """Answer a question within the call, without broker and worker. Hanging up stops the run."""
    question = body.question(service.settings)
    report, events = await while_connected(request, service.bench.research(question))
    return ResearchAnswer.of(report, events)


@router.post("/async", status_code=202, responses=documented(413, 422, 503))
def research_async(
    body: QueryRequest, service: Here, response: Response, idempotency_key: IdempotencyKey = None
) -> SubmitAnswer:
    """Take a question in; workers answer it in the background.

    Once this returns, the run is written down and will be worked on, also where the broker is
    down at the moment.
    """
    run = submit(service, body.question(service.settings), idempotency_key)
    response.headers["Location"] = location(run)
    response.headers["Retry-After"] = str(POLL_AGAIN_S)
    return SubmitAnswer(task_id=run.id)


@router.post(
    "/stream",
    response_class=EventSourceResponse,
    responses={**EVENT_STREAM, **documented(413, 422, 503)},
)
async def research_stream(
    body: QueryRequest, service: Here, idempotency_key: IdempotencyKey = None
) -> EventSourceResponse:
    """Take a question in and stream its events.

    The first event, ``submitted``, carries the id of the task; after a cut connection the stream
    goes on at ``GET /api/task/{task_id}/events``. Hanging up does not stop the run.
    """
    question = body.question(service.settings)
    run = await anyio.to_thread.run_sync(submit, service, question, idempotency_key)

    async def events() -> AsyncIterator[bytes]:
        submitted = SubmitAnswer(task_id=run.id)
        yield ServerSentEvent(submitted.model_dump_json(), event="submitted").encode()
        async for event in service.tailer.follow(run.id):
            yield event

    return stream(events(), {"Location": location(run)})


def submit(service: Service, question: Question, key: str | None) -> Run:
    """Write a run down; where ``key`` was used before, the run that it made.

    The key makes the id of the run, which the store keeps unique, so that of two callers at the
    same moment one gets the run of the other.

    Raises:
        InvalidInputError: the key was used for another question.
    """
    if key is None:
        return service.queue.submit(question)
    run_id = str(uuid5(_KEYS, key))
    try:
        return service.store.runs.submit(question, run_id=run_id)
    except ConflictError:
        run = service.store.runs.get(run_id)
    if run.question != question:
        raise InvalidInputError("this Idempotency-Key was used with another body")
    return run


def location(run: Run) -> str:
    """Where a run can be asked for."""
    return f"/api/task/{run.id}"


async def while_connected(request: Request, work: Coroutine[Any, Any, Result]) -> Result:
    """The result of ``work``, which is cancelled where the caller hangs up.

    Raises:
        RunCancelledError: that happened; nobody is there to read it.
    """
    working = asyncio.create_task(work)
    watching = asyncio.create_task(_hang_up(request))
    try:
        await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        watching.cancel()
        if not working.done():
            working.cancel()
    try:
        return await working
    except asyncio.CancelledError:
        raise RunCancelledError("the caller hung up") from None


async def _hang_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
