"""Checkpoints: where LangGraph keeps the finished steps of runs."""

from __future__ import annotations

import sqlite3
from asyncio import to_thread
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any

import aiosqlite
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
)
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from virtual_lab.errors import StoreError
from virtual_lab.lab.state import serializer
from virtual_lab.settings import Settings
from virtual_lab.sqlite import BUSY_TIMEOUT_S, use_write_ahead_log


@asynccontextmanager
async def open_checkpoints(settings: Settings) -> AsyncIterator[BaseCheckpointSaver[str]]:
    """The checkpoints: in the PostgreSQL of the runs, else in a file of this machine.

    Raises:
        StoreError: the database cannot be used, or failed while they were open.
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
    async with AsyncExitStack() as opened:
        with _errors(path):
            await to_thread(_prepare, path)
            connection = await opened.enter_async_context(
                aiosqlite.connect(path, timeout=BUSY_TIMEOUT_S)
            )
            # Survives the death of any process, without a disk flush per step.
            await connection.execute("PRAGMA synchronous = NORMAL")
        yield _FileCheckpoints(path, connection, serde=serializer())


class _FileCheckpoints(AsyncSqliteSaver):
    """A file that is locked, full or broken is an error of the store, as of PostgreSQL: the run
    is not to blame, and goes on later."""

    def __init__(self, path: Path, connection: aiosqlite.Connection, **options: Any) -> None:
        super().__init__(connection, **options)
        self._path = path

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        with _errors(self._path):
            return await super().aget_tuple(config)

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        with _errors(self._path):
            return await super().aput(config, checkpoint, metadata, new_versions)

    async def aput_writes(
        self,
        config: RunnableConfig,
        writes: Sequence[tuple[str, Any]],
        task_id: str,
        task_path: str = "",
    ) -> None:
        with _errors(self._path):
            await super().aput_writes(config, writes, task_id, task_path)


def _prepare(path: Path) -> None:
    # What LangGraph does itself fails where another process does it at the same moment.
    with closing(sqlite3.connect(path)) as file:
        use_write_ahead_log(file, BUSY_TIMEOUT_S)


@contextmanager
def _errors(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"{path}: {error}") from None
