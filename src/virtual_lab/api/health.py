"""Health: whether the process runs, can serve calls, and has a worker."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from pydantic import BaseModel, Field

from virtual_lab import __version__
from virtual_lab.api.metrics import render_metrics
from virtual_lab.errors import BrokerError
from virtual_lab.http.dependencies import CurrentService
from virtual_lab.http.problems import documented
from virtual_lab.jobs.dispatch.diagnosis import QueueProblem, diagnose
from virtual_lab.messages import Message
from virtual_lab.store import RunState

router = APIRouter(tags=["operations"])


class HealthAnswer(BaseModel):
    """The process lives."""

    status: Literal["ok"] = "ok"
    version: str = __version__


class AdviceAnswer(BaseModel):
    """What is wrong, and what to do about it."""

    what: str
    remedy: str


class ReadyAnswer(BaseModel):
    """The process can serve. Without a broker it takes runs in, and publishes them later."""

    status: Literal["ready", "degraded"]
    store: Literal["ok"] = "ok"
    broker: str = Field(description='"ok", or what is wrong with it.')
    runs: dict[RunState, int]
    advice: list[AdviceAnswer] = Field(description="Empty where all is well.")


class WorkerAnswer(BaseModel):
    """What a worker says."""

    status: str = Field(examples=["ok"])
    message: str = Field(examples=["Celery worker is running"])


@router.get("/health")
async def health() -> HealthAnswer:
    """Answer that the process runs, without any other check."""
    return HealthAnswer()


@router.get("/ready", responses=documented(503))
def ready(service: CurrentService) -> ReadyAnswer:
    """Whether calls can be served: 503 if the store cannot be used."""
    runs = service.store.runs.counts()
    problems = diagnose(service.store, service.settings.max_pending)
    broker = "ok"
    try:
        service.queue.broker.check()
    except BrokerError as error:
        broker = error.title
        what = Message.of(f"error_names.{type(error).__name__}")
        problems.append(QueueProblem(what, Message.of("doctor.mend_broker_on_server")))
    return ReadyAnswer(
        status="degraded" if problems else "ready",
        broker=broker,
        runs=runs,
        advice=[
            AdviceAnswer(what=problem.what.text(), remedy=problem.remedy.text())
            for problem in problems
        ],
    )


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {
            "description": "Figures in the text format of Prometheus.",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        },
        **documented(503),
    },
)
def metrics(request: Request, service: CurrentService) -> Response:
    """Metrics of the queue, runs, leases, attempts, webhooks, model calls and durations."""
    text = render_metrics(service.store, request.app.state.measured)
    return Response(text, media_type=CONTENT_TYPE_PLAIN_0_0_4)


@router.get("/api/celery/health", responses=documented(503))
async def celery_health(service: CurrentService) -> WorkerAnswer:
    """Send a task through broker and worker: 503 after 5 s if no worker answers, and after 3 s if
    the broker is down or frozen."""
    return WorkerAnswer.model_validate(await service.ask_worker())
