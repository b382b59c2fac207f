"""Checkpoints: where LangGraph keeps the finished steps of runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from virtual_lab.errors import StoreError
from virtual_lab.lab.state import serializer
from virtual_lab.settings import Settings

_BUSY_TIMEOUT_S = 30.0


@asynccontextmanager
async def open_checkpoints(settings: Settings) -> AsyncIterator[BaseCheckpointSaver[str]]:
    """The checkpoints: in the PostgreSQL of the runs, else in a file of this machine.

    Raises:
        StoreError: PostgreSQL cannot be used, or failed while they were open.
    """
    if settings.postgres_url is None:
        async with _in_file(settings.checkpoints_path) as in_file:
            yield in_file
        return
    try:
        from virtual_lab.jobs.postgres_checkpoints import open_postgres_checkpoints
    except ImportError as error:
        raise StoreError(
            f"the driver is missing ({error}); pip install 'pjt-virtual-lab[postgres]'"
        ) from None
    async with open_postgres_checkpoints(settings.postgres_url) as shared:
        yield shared


@asynccontextmanager
async def _in_file(path: Path) -> AsyncIterator[AsyncSqliteSaver]:
    path.parent.mkdir(parents=True, exist_ok=True)
    async with aiosqlite.connect(path, timeout=_BUSY_TIMEOUT_S) as connection:
        # Survives the death of any process, without a disk flush per step.
        await connection.execute("PRAGMA synchronous = NORMAL")
        yield AsyncSqliteSaver(connection, serde=serializer())
