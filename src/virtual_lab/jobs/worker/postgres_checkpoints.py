"""Checkpoints in PostgreSQL: a worker on any machine goes on with a run.

LangGraph's tables stand in a schema of their own, beside the tables of the runs.
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

_LOCK = 0x766C6370  # any number that no other program takes as its advisory lock
_TRY = "SELECT pg_try_advisory_lock(%s) AS value"
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
    # Asked for again and again: one that waited for the lock within a statement would itself be
    # waited for by the CREATE INDEX CONCURRENTLY of the process that has it.
    while not await _value(connection, _TRY, _LOCK):  # noqa: ASYNC110 - of other machines
        await asyncio.sleep(_PAUSE_S)
    try:
        await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        await checkpoints.setup()
    finally:
        await connection.execute("SELECT pg_advisory_unlock(%s)", (_LOCK,))


async def _version(connection: BoundedAsyncConnection) -> int | None:
    """The last of LangGraph's migrations that was made here; None where there is none yet."""
    if await _value(connection, "SELECT to_regclass('checkpoint_migrations') AS value") is None:
        return None
    version = await _value(connection, "SELECT max(v) AS value FROM checkpoint_migrations")
    return None if version is None else int(version)


async def _value(connection: BoundedAsyncConnection, statement: str, *parameters: object) -> Any:
    row = await (await connection.execute(statement.encode(), parameters)).fetchone()
    return row["value"] if row else None
