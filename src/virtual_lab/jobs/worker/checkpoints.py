"""Checkpoints: where LangGraph stores the finished steps of runs."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
)
from langgraph.checkpoint.sqlite import SqliteSaver

from virtual_lab.errors import StoreError
from virtual_lab.jobs.worker.handle_cache import HandleCache
from virtual_lab.lab.state import serializer
from virtual_lab.private_files import make_file
from virtual_lab.settings import Settings
from virtual_lab.sqlite import BUSY_TIMEOUT_S, closed_on_error, use_write_ahead_log


@asynccontextmanager
async def open_checkpoints(settings: Settings) -> AsyncIterator[BaseCheckpointSaver[str]]:
    """The checkpoints: in the PostgreSQL of the runs, else in a file of this machine.

    Raises:
        StoreError: the database cannot be used, or failed while they were open.
    """
    if settings.postgres_url is None:
        with _in_file(settings.checkpoints_path) as in_file:
            yield in_file
        return
    try:
        from virtual_lab.jobs.worker.postgres_checkpoints import open_postgres_checkpoints
    except ImportError as error:
        raise StoreError("store.no_driver", problem=error) from None
    async with open_postgres_checkpoints(settings.postgres_url) as shared:
        yield shared


@contextmanager
def _in_file(path: Path) -> Iterator[FileCheckpoints]:
    with ExitStack() as opened:
        with _errors(path):
            checkpoints = opened.enter_context(_files.use(path))
        yield checkpoints


class FileCheckpoints(SqliteSaver):
    """Checkpoints in a SQLite file, written in the calling thread.

    Handing them to another thread would take longer than writing them. A file that is locked, full
    or broken raises StoreError, as PostgreSQL does, so that the run continues later.
    """

    def __init__(self, path: Path) -> None:
        make_file(path)
        file = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, check_same_thread=False)
        self._path = path
        with closed_on_error(file):
            super().__init__(file, serde=serializer())
            # LangGraph's own switch fails where another process makes it at the same moment.
            use_write_ahead_log(file, BUSY_TIMEOUT_S)
            # Survives the death of any process, without a disk flush per step.
            file.execute("PRAGMA synchronous = NORMAL")

    def close(self) -> None:
        """Close the file."""
        self.conn.close()

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """The last checkpoint of a run, or the one that ``config`` names."""
        with _errors(self._path):
            return self.get_tuple(config)

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,  # noqa: A002 - so named by LangGraph
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """The checkpoints of a run, or of all, the last one first."""
        with _errors(self._path):
            for found in self.list(config, filter=filter, before=before, limit=limit):
                yield found

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Store a checkpoint."""
        with _errors(self._path):
            return self.put(config, checkpoint, metadata, new_versions)

    async def aput_writes(
        self,
        config: RunnableConfig,
        writes: Sequence[tuple[str, Any]],
        task_id: str,
        task_path: str = "",
    ) -> None:
        """Store the result of a task, before the other tasks of its step have ended."""
        with _errors(self._path):
            self.put_writes(config, writes, task_id, task_path)

    async def adelete_thread(self, thread_id: str) -> None:
        """Delete the checkpoints of a run."""
        with _errors(self._path):
            self.delete_thread(thread_id)


_files = HandleCache(FileCheckpoints)


@contextmanager
def _errors(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError("store.database", database=path, problem=error) from None
