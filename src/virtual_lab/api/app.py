"""The app: its routes and its middleware."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from virtual_lab import __version__
from virtual_lab.api import docs, events, health, library, reports, research, rewriting, tasks
from virtual_lab.api.metrics import Latency, VectorCollector
from virtual_lab.api.schema import use_schema
from virtual_lab.http.audit import always_log_audits
from virtual_lab.http.guard import Guard, Refusal
from virtual_lab.http.headers import SecurityHeaders
from virtual_lab.http.limits import MOST_BATCH_BYTES, MOST_BYTES, BodyLimit
from virtual_lab.http.problems import add_handlers, problem_of
from virtual_lab.logs import set_up_logs
from virtual_lab.services.service import Service
from virtual_lab.settings import Settings

_ACCESS_LOG = "uvicorn.access"
_SERVER_LOGS = ("uvicorn", "uvicorn.error", _ACCESS_LOG)


def make_app(
    settings: Settings,
    *,
    is_upload: Callable[[str], bool] = library.is_upload,
    is_open: Callable[[str], bool] = lambda path: False,
    refusal: Refusal = problem_of,
) -> FastAPI:
    """The HTTP API of one process. Nothing is opened before the server starts it.

    Args:
        settings: the settings of this process.
        is_upload: whether bodies of a path may be as large as an upload.
        is_open: whether a path is served to everyone even if there are API keys.
        refusal: makes the answer for a call that is refused.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        set_up_logs(settings)
        _adopt_server_logs(settings)
        always_log_audits()
        app.state.service = Service(settings)
        await app.state.service.start()
        try:
            yield
        finally:
            await app.state.service.stop()

    def limit_of(path: str) -> int:
        if is_upload(path):
            return settings.max_upload_mb << 20
        return MOST_BATCH_BYTES if path == research.BATCH else MOST_BYTES

    measured = CollectorRegistry()
    measured.register(VectorCollector(settings))
    origins = frozenset(filter(None, map(str.strip, settings.cors_origins.split(","))))
    app = FastAPI(
        title="Virtual Lab",
        summary="A lab of agents answers a research question; every statement rests on a quote.",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False},
        middleware=[
            Middleware(Latency, registry=measured),
            Middleware(SecurityHeaders),
            *([_cors(origins)] if origins else []),
            Middleware(
                Guard,
                is_open=is_open,
                refusal=refusal,
                origins=origins,
                most=settings.key_calls_per_minute,
                is_network_served=settings.serve_network_without_keys,
            ),
            Middleware(BodyLimit, limit_of=limit_of),
        ],
    )
    app.state.measured = measured
    add_handlers(app)
    for module in (research, tasks, events, reports, rewriting, library, health, docs):
        app.include_router(module.router)
    app.mount("/docs/assets", docs.assets())
    use_schema(app)
    return app


def _cors(origins: frozenset[str]) -> Middleware:
    """CORS for pages of these origins, which may call with a key but not with a session."""
    return Middleware(
        CORSMiddleware,
        allow_origins=sorted(origins),
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization", "X-API-Key", "Idempotency-Key", "Last-Event-ID"],
        expose_headers=["Location", "Retry-After"],
    )


def _adopt_server_logs(settings: Settings) -> None:
    """Write the lines of uvicorn to the common log; a line per call only for debugging."""
    for name in _SERVER_LOGS:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    access_log = logging.getLogger(_ACCESS_LOG)
    access_log.setLevel(logging.DEBUG if settings.log_level == "debug" else logging.WARNING)
