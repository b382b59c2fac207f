"""Tests of opening files of SQLite by several processes at once."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from virtual_lab.errors import VirtualLabError
from virtual_lab.jobs.worker.checkpoints import open_checkpoints
from virtual_lab.library.sqlite.index import Index
from virtual_lab.library.sqlite.vectors import VectorFile
from virtual_lab.settings import Settings
from virtual_lab.sqlite import use_write_ahead_log
from virtual_lab.store import Store

OPEN_FILES = Path("/proc/self/fd")


def open_runs(path: Path) -> None:
    Store(f"sqlite:///{path}").close()


def open_library(path: Path) -> None:
    Index(path).close()


def open_vectors(path: Path) -> None:
    VectorFile(path).close()


def open_steps(path: Path) -> None:
    async def look() -> None:
        async with open_checkpoints(Settings(data_dir=path.parent)) as checkpoints:
            await checkpoints.aget({"configurable": {"thread_id": "a", "checkpoint_ns": ""}})

    asyncio.run(look())


@pytest.mark.parametrize("opens", [open_runs, open_library, open_steps])
def test_a_new_file_that_another_process_uses_is_waited_for(
    tmp_path: Path, opens: Callable[[Path], None]
) -> None:
    path = tmp_path / "checkpoints.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        # Held as by a process that switches to the log itself: SQLite then refuses at once.
        other.execute("PRAGMA user_version = 0")
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(0.3, other.execute, ["COMMIT"])
        release.start()
        try:
            opens(path)
        finally:
            release.join()
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_file_that_stays_in_use_is_an_error_in_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as other,
        closing(sqlite3.connect(path, timeout=0)) as file,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            use_write_ahead_log(file, patience_s=0.1)


@pytest.mark.skipif(not OPEN_FILES.is_dir(), reason="the open files of a process are read in /proc")
@pytest.mark.parametrize("opens", [open_runs, open_library, open_vectors, open_steps])
def test_a_file_that_is_no_database_is_closed_again(
    tmp_path: Path, opens: Callable[[Path], None]
) -> None:
    path = tmp_path / "checkpoints.sqlite3"
    path.write_text("something else " * 100, encoding="utf-8")
    with pytest.raises(VirtualLabError, match="not a database") as held:
        opens(path)
    # While the error is held, its traceback holds what was opened and not closed.
    assert held
    assert str(path) not in {os.path.realpath(file) for file in OPEN_FILES.iterdir()}
