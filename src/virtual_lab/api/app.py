"""The app: routes, and what is around them."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware import Middleware

from virtual_lab import __version__
from virtual_lab.api import docs, events, health, library, reports, research, tasks
from virtual_lab.api.guard import LoopbackGuard
from virtual_lab.api.headers import SecurityHeaders
from virtual_lab.api.limits import MOST_BYTES, BodyLimit
from virtual_lab.api.problems import add_handlers
from virtual_lab.api.schema import use_schema
from virtual_lab.api.service import Service
from virtual_lab.logs import set_up_logs
from virtual_lab.settings import Settings

_SERVER_LOGS = ("uvicorn", "uvicorn.error", "uvicorn.access")


def make_app(settings: Settings) -> FastAPI:
    """The HTTP API of one process. Nothing is opened before the server starts it."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        set_up_logs(settings)
        _adopt_server_logs()
        app.state.service = Service(settings)
        await app.state.service.start()
        try:
            yield
        finally:
            await app.state.service.stop()

    def limit_of(path: str) -> int:
        is_upload = path.startswith(library.router.prefix) and path.endswith(library.UPLOADS)
        return settings.max_upload_mb << 20 if is_upload else MOST_BYTES

    app = FastAPI(
        title="Virtual Lab",
        summary="A lab of agents answers a research question; every statement rests on a quote.",
        version=__version__,
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(LoopbackGuard),
            Middleware(BodyLimit, limit_of=limit_of),
        ],
    )
    add_handlers(app)
    for room in (research, tasks, events, reports, library, health, docs):
        app.include_router(room.router)
    app.mount("/docs/assets", docs.assets())
    use_schema(app)
    return app


def _adopt_server_logs() -> None:
    """Let the lines of uvicorn go where all others go."""
    for name in _SERVER_LOGS:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
