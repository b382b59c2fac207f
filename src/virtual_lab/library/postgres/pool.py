"""The pool of connections to the document index in PostgreSQL, whose tables it prepares."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg_pool import ConnectionPool

from virtual_lab.domain import Source
from virtual_lab.errors import LibraryAwayError, LibraryError
from virtual_lab.library.index import WEIGHTS
from virtual_lab.library.postgres.postings import forget_postings, weigh, write_postings
from virtual_lab.library.postgres.schema import SCHEMA, VERSION
from virtual_lab.postgres import PATIENCE_S, BoundedConnection, options, patient, place, reason
from virtual_lab.text import tokens

Pool = ConnectionPool[BoundedConnection]

_MOST_CONNECTIONS = 8
_IDLE_S = 120.0
_WRITE_TURN_TIMEOUT_S = (
    300.0  # for the writer before, who may be adding a large document or indexing again
)
_WRITE_LOCK_ID = 0x766C6C69  # any number that no other program takes as its advisory lock


def open_pool(url: str) -> Pool:
    """Connections of this process to the index at ``url``, whose tables are made where missing.

    A connection is checked before it is used, so that a database which was restarted is reached
    again. A process that forks must open its pool after the fork.

    Raises:
        LibraryAwayError: the database does not answer.
        LibraryError: it cannot be used, or its index was made by another version.
    """
    try:
        settings = options(url) | {"prepare_threshold": None}
        with BoundedConnection.connect(**settings) as connection:
            _prepare(connection, place(url))
    except psycopg.Error as error:
        raise _failure(error, place(url)) from None
    return Pool(
        kwargs=settings,
        connection_class=BoundedConnection,
        min_size=0,
        max_size=_MOST_CONNECTIONS,
        max_idle=_IDLE_S,
        timeout=PATIENCE_S,
        reconnect_timeout=PATIENCE_S,
        check=Pool.check_connection,
        num_workers=1,
        name=place(url),
        open=True,
    )


@contextmanager
def reading(pool: Pool) -> Iterator[BoundedConnection]:
    """A connection in a transaction.

    Raises:
        LibraryAwayError: the database does not answer any more.
        LibraryError: it failed.
    """
    try:
        with pool.connection() as connection:
            yield connection
    except psycopg.Error as error:
        raise _failure(error, pool.name) from None


@contextmanager
def writing(pool: Pool) -> Iterator[BoundedConnection]:
    """A transaction that writes; all or nothing. Writers of all machines take turns.

    Raises:
        LibraryAwayError: the database does not answer any more.
        LibraryError: it failed.
    """
    with reading(pool) as connection, _turn(connection):
        yield connection


@contextmanager
def _turn(connection: BoundedConnection) -> Iterator[None]:
    """Wait until no other machine writes; the lock is held until the transaction ends."""
    with patient(connection, _WRITE_TURN_TIMEOUT_S):
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_WRITE_LOCK_ID,))
        yield


def _failure(error: psycopg.Error, where: str) -> LibraryError:
    """The library's error for an error of the database."""
    is_away = isinstance(error, psycopg.OperationalError)
    return (LibraryAwayError if is_away else LibraryError)(f"{where}: {reason(error)}")


def _prepare(connection: BoundedConnection, where: str) -> None:
    """Make the tables; index everything again where the tokens have changed since."""
    expected = {"schema": VERSION, "tokens": str(tokens.VERSION), "weights": json.dumps(WEIGHTS)}
    if _versions(connection) == expected:
        return
    with _turn(connection):
        connection.execute(SCHEMA)
        found = _versions(connection)
        if found.get("schema", VERSION) != VERSION:
            raise LibraryError("library.other_version_at", database=where)
        if found and found != expected:
            _index_again(connection)
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO library.meta VALUES (%s, %s)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                list(expected.items()),
            )


def _versions(connection: BoundedConnection) -> dict[str, str]:
    """What the index was made with; empty where there is none yet."""
    made = connection.execute("SELECT to_regclass('library.meta')").fetchone()
    if not made or made[0] is None:
        return {}
    return dict(connection.execute("SELECT key, value FROM library.meta").fetchall())


def _index_again(connection: BoundedConnection) -> None:
    sources = connection.execute("SELECT number, record FROM library.source").fetchall()
    for number, record in sources:
        forget_postings(connection, [number])
        rows = connection.execute(
            "SELECT number, section, text FROM library.passage WHERE source = %s", (number,)
        ).fetchall()
        title = Source.model_validate_json(record).title
        passages = [(row[0], weigh(title, json.loads(row[1]), row[2])) for row in rows]
        write_postings(connection, number, passages)
