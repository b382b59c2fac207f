"""Cleanup of checkpoints in PostgreSQL; see ``checkpoint_cleanup.py``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg

from virtual_lab.errors import StoreError
from virtual_lab.postgres import BoundedConnection, options, place, reason

_DELETE_STATEMENTS = (
    "DELETE FROM checkpoints.checkpoints WHERE thread_id = %s",
    "DELETE FROM checkpoints.checkpoint_blobs WHERE thread_id = %s",
    "DELETE FROM checkpoints.checkpoint_writes WHERE thread_id = %s",
)


def shared_runs_with_steps(url: str) -> list[str]:
    """The ids of the runs that have checkpoints."""
    with _connected(url) as connection:
        made = connection.execute("SELECT to_regclass('checkpoints.checkpoint_writes')").fetchone()
        if not made or made[0] is None:
            return []
        rows = connection.execute("SELECT DISTINCT thread_id FROM checkpoints.checkpoints")
        return [row[0] for row in rows]


def delete_shared_steps(url: str, run_ids: Sequence[str]) -> None:
    """Delete the checkpoints of runs."""
    with _connected(url) as connection:
        for run_id in run_ids:
            with connection.transaction():
                for statement in _DELETE_STATEMENTS:
                    connection.execute(statement, (run_id,))


@contextmanager
def _connected(url: str) -> Iterator[BoundedConnection]:
    try:
        with BoundedConnection.connect(**options(url), autocommit=True) as connection:
            yield connection
    except psycopg.Error as error:
        raise StoreError("store.database", database=place(url), problem=reason(error)) from None
