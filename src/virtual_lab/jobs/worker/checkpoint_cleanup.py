"""Cleanup of checkpoints: which runs have some, and their deletion.

It has its own SQL statements, so that an API process need not load LangGraph.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from virtual_lab.errors import StoreError
from virtual_lab.settings import Settings
from virtual_lab.sqlite import BUSY_TIMEOUT_S

_DELETE_STATEMENTS = (
    "DELETE FROM checkpoints WHERE thread_id = ?",
    "DELETE FROM writes WHERE thread_id = ?",
)


def runs_with_steps(settings: Settings) -> list[str]:
    """The ids of the runs that have checkpoints.

    Raises:
        StoreError: they cannot be read.
    """
    if settings.postgres_url:
        from virtual_lab.jobs.worker.postgres_checkpoint_cleanup import shared_runs_with_steps

        return shared_runs_with_steps(settings.postgres_url)
    path = settings.checkpoints_path
    try:
        return _in_file(path) if path.exists() else []
    except sqlite3.Error as error:
        raise StoreError("store.database", database=path, problem=error) from None


def delete_steps(settings: Settings, run_ids: Sequence[str]) -> None:
    """Delete the checkpoints of runs.

    Raises:
        StoreError: they cannot be deleted.
    """
    if not run_ids:
        return
    if settings.postgres_url:
        from virtual_lab.jobs.worker.postgres_checkpoint_cleanup import delete_shared_steps

        delete_shared_steps(settings.postgres_url, run_ids)
        return
    path = settings.checkpoints_path
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_S)) as file:
            for run_id in run_ids:
                with file:
                    for statement in _DELETE_STATEMENTS:
                        file.execute(statement, (run_id,))
    except sqlite3.Error as error:
        raise StoreError("store.database", database=path, problem=error) from None


def _in_file(path: Path) -> list[str]:
    with closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_S)) as file:
        if not file.execute("SELECT 1 FROM sqlite_master WHERE name = 'checkpoints'").fetchone():
            return []
        return [row[0] for row in file.execute("SELECT DISTINCT thread_id FROM checkpoints")]
