"""Connections to PostgreSQL that give up within seconds.

A server that is frozen, or a machine that has left the network, does not answer and does not hang
up either: only the client can end the waiting. psycopg is in the extra "postgres", so this module
is imported only where DATABASE_URL names a PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, TypeVar

from psycopg import AsyncConnection, Connection, OperationalError, ProgrammingError
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict

CONNECT_S = 5
"""Longest time to connect, in whole seconds (libpq knows no others)."""

PATIENCE_S = 10.0
"""Longest time for the answer to one statement, in seconds."""

_INTERVAL_S = 0.1  # how often the waiting looks for Ctrl-C; psycopg's own figure
_T = TypeVar("_T")


class BoundedConnection(Connection[Any]):
    """A connection that is closed where the answer to a statement takes too long."""

    patience_s = PATIENCE_S

    def wait(
        self, gen: PQGen[_T], interval: float = _INTERVAL_S, timeout: float | None = None
    ) -> _T:
        """As psycopg's own, but never without end."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        until = monotonic() + self.patience_s
        try:
            return super().wait(gen, interval, self.patience_s)
        except OperationalError as error:
            if monotonic() < until:
                raise
            self.close()
            raise _silent(self.patience_s) from error


class BoundedAsyncConnection(AsyncConnection[Any]):
    """The same for asyncio."""

    patience_s = PATIENCE_S

    async def wait(
        self,
        gen: PQGen[_T],
        interval: float = _INTERVAL_S,
        timeout: float | None = None,  # noqa: ASYNC109 - psycopg's own signature
    ) -> _T:
        """As psycopg's own, but never without end."""
        if timeout is not None:
            return await super().wait(gen, interval, timeout)
        until = monotonic() + self.patience_s
        try:
            return await super().wait(gen, interval, self.patience_s)
        except OperationalError as error:
            if monotonic() < until:
                raise
            await self.close()
            raise _silent(self.patience_s) from error


@contextmanager
def patient(connection: BoundedConnection, patience_s: float) -> Iterator[None]:
    """Lets the statements of a block take longer."""
    connection.patience_s = patience_s
    try:
        yield
    finally:
        del connection.patience_s


def _silent(patience_s: float) -> OperationalError:
    return OperationalError(f"the server did not answer within {patience_s:g} s")


def options(url: str) -> dict[str, Any]:
    """How to connect to ``url``, for psycopg's ``connect``; what the address itself says counts."""
    return {"connect_timeout": CONNECT_S, **conninfo_to_dict(url)}


def place(url: str) -> str:
    """Where a database is, without user and password: "HOST:PORT/NAME"."""
    try:
        known = conninfo_to_dict(url)
    except ProgrammingError:  # of an address that cannot be read nothing is shown
        return "DATABASE_URL"
    return f"{known.get('host', 'localhost')}:{known.get('port', 5432)}/{known.get('dbname', '')}"


def reason(error: BaseException) -> str:
    """What a failure of PostgreSQL says, without the data of the statement."""
    return str(error).strip().partition("\n")[0]
