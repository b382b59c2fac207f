"""Connections to PostgreSQL with a time limit for every statement.

A frozen server, or a machine that left the network, neither answers nor closes the connection, so
the client must stop waiting. psycopg is in the extra "postgres", so this module is imported only
where DATABASE_URL names a PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, TypeVar

from psycopg import AsyncConnection, Connection, OperationalError, ProgrammingError
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict

CONNECT_TIMEOUT_S = 5
"""The longest time to connect; libpq supports whole seconds only."""

PATIENCE_S = 10.0
"""The longest time for the answer to one statement."""

# psycopg's own default for how often it checks for Ctrl-C.
_INTERVAL_S = 0.1
_T = TypeVar("_T")


class BoundedConnection(Connection[Any]):
    """A connection that is closed if a statement takes longer than ``patience_s`` seconds."""

    patience_s = PATIENCE_S

    def wait(
        self, gen: PQGen[_T], interval: float = _INTERVAL_S, timeout: float | None = None
    ) -> _T:
        """The same as psycopg's ``wait``, with a time limit."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        until = monotonic() + self.patience_s
        try:
            return super().wait(gen, interval, self.patience_s)
        except OperationalError as error:
            if monotonic() < until:
                raise
            self.close()
            raise _timeout_error(self.patience_s) from error


class BoundedAsyncConnection(AsyncConnection[Any]):
    """The same as ``BoundedConnection``, for asyncio."""

    patience_s = PATIENCE_S

    async def wait(
        self,
        gen: PQGen[_T],
        interval: float = _INTERVAL_S,
        timeout: float | None = None,  # noqa: ASYNC109 - psycopg's own signature
    ) -> _T:
        """The same as psycopg's ``wait``, with a time limit."""
        if timeout is not None:
            return await super().wait(gen, interval, timeout)
        until = monotonic() + self.patience_s
        try:
            return await super().wait(gen, interval, self.patience_s)
        except OperationalError as error:
            if monotonic() < until:
                raise
            await self.close()
            raise _timeout_error(self.patience_s) from error


@contextmanager
def patient(connection: BoundedConnection, patience_s: float) -> Iterator[None]:
    """Change the time limit for the statements of a block."""
    connection.patience_s = patience_s
    try:
        yield
    finally:
        del connection.patience_s


def _timeout_error(patience_s: float) -> OperationalError:
    return OperationalError(f"the server did not answer within {patience_s:g} s")


def options(url: str) -> dict[str, Any]:
    """The arguments of psycopg's ``connect`` for ``url``, whose own options take precedence."""
    return {"connect_timeout": CONNECT_TIMEOUT_S, **conninfo_to_dict(url)}


def place(url: str) -> str:
    """The place of a database without user and password: "HOST:PORT/NAME"."""
    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError:  # an invalid address may hold a password
        return "DATABASE_URL"
    return f"{parts.get('host', 'localhost')}:{parts.get('port', 5432)}/{parts.get('dbname', '')}"


def reason(error: BaseException) -> str:
    """The first line of an error of PostgreSQL; the others may show data of the statement."""
    return str(error).strip().partition("\n")[0]
