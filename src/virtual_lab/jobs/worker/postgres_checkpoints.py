"""Checkpoints in PostgreSQL, from which a worker on any machine can continue a run.

LangGraph's tables are in a schema of their own, beside the tables of the runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from psycopg.rows import dict_row

from virtual_lab.errors import StoreError
from virtual_lab.lab.state import serializer
from virtual_lab.postgres import BoundedAsyncConnection, options, place, reason

SCHEMA = "checkpoints"

_ADVISORY_LOCK_ID = 0x766C6370  # Any number that no other program uses.
_TRY_LOCK = "SELECT pg_try_advisory_lock(%s) AS value"
_PAUSE_S = 0.2


@asynccontextmanager
async def open_postgres_checkpoints(url: str) -> AsyncIterator[AsyncPostgresSaver]:
    """The checkpoints in the database at ``url``, whose tables are made where they are missing.

    Raises:
        StoreError: the database cannot be used, or failed while they were open.
    """
    try:
        async with await BoundedAsyncConnection.connect(
            **options(url), autocommit=True, row_factory=dict_row
        ) as connection:
            checkpoints = AsyncPostgresSaver(connection, serde=serializer())
            await _set_up(connection, checkpoints)
            yield checkpoints
    except psycopg.Error as error:
        raise StoreError("store.database", database=place(url), problem=reason(error)) from None


async def _set_up(connection: BoundedAsyncConnection, checkpoints: AsyncPostgresSaver) -> None:
    await connection.execute(f"SET search_path TO {SCHEMA}")
    if await _version(connection) == len(checkpoints.MIGRATIONS) - 1:
        return
    # The lock is polled because a statement that waits for it would be a deadlock: the process
    # that has it runs CREATE INDEX CONCURRENTLY, which waits for all running statements.
    while not await _value(connection, _TRY_LOCK, _ADVISORY_LOCK_ID):  # noqa: ASYNC110 - of other machines
        await asyncio.sleep(_PAUSE_S)
    try:
        await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        await checkpoints.setup()
    finally:
        await connection.execute("SELECT pg_advisory_unlock(%s)", (_ADVISORY_LOCK_ID,))


async def _version(connection: BoundedAsyncConnection) -> int | None:
    """The number of LangGraph's last migration of this database; None where there is none."""
    if await _value(connection, "SELECT to_regclass('checkpoint_migrations') AS value") is None:
        return None
    version = await _value(connection, "SELECT max(v) AS value FROM checkpoint_migrations")
    return None if version is None else int(version)


async def _value(connection: BoundedAsyncConnection, statement: str, *parameters: object) -> Any:
    row = await (await connection.execute(statement.encode(), parameters)).fetchone()
    return row["value"] if row else None
