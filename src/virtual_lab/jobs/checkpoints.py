"""Checkpoints: where LangGraph keeps the finished steps of the runs of this machine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from virtual_lab.lab.state import serializer

_BUSY_TIMEOUT_S = 30.0


@asynccontextmanager
async def open_checkpoints(path: Path) -> AsyncIterator[AsyncSqliteSaver]:
    """The checkpoints in the SQLite file ``path``, made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    async with aiosqlite.connect(path, timeout=_BUSY_TIMEOUT_S) as connection:
        # Survives the death of any process, without a disk flush per step.
        await connection.execute("PRAGMA synchronous = NORMAL")
        yield AsyncSqliteSaver(connection, serde=serializer())
