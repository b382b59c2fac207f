"""The database: one engine per process, transactions, and the database's own clock."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import NullPool
from sqlalchemy.sql.functions import FunctionElement

from virtual_lab.errors import StoreError
from virtual_lab.private_files import make_file
from virtual_lab.sqlite import is_busy, use_write_ahead_log

if TYPE_CHECKING:
    from virtual_lab.postgres import BoundedConnection

BATCH = 100
"""The most ids that one statement names, and rows that one transaction deletes by id."""

BUSY_TIMEOUT_S = 15.0
POOL_WAIT_S = 10.0
"""Longest wait for one of the connections of this process, in seconds."""

_BUSY_POLL_S = 0.001
_POOL_SIZE = 5
_POOL_OVERFLOW = 15
_POOL_RECYCLE_S = 1800.0  # Firewalls drop connections that are idle for long.
_READ_ONLY_OPTION = "virtual_lab_reading"
_SQLITE_CLOCK = "virtual_lab_clock"


class clock(FunctionElement[float]):  # noqa: N801 - reads as a function in SQL
    """The time by the database's clock, in seconds since 1970 (UTC).

    PostgreSQL has one clock for all machines. SQLite uses the clock of the calling process, which
    is good enough for dates; no lease depends on it.
    """

    type = sa.Double()
    inherit_cache = True


@compiles(clock, "sqlite")
def _sqlite_clock(element: clock, compiler: Any, **options: Any) -> str:
    return f"{_SQLITE_CLOCK}()"


@compiles(clock, "postgresql")
def _postgresql_clock(element: clock, compiler: Any, **options: Any) -> str:
    return "CAST(extract(epoch FROM clock_timestamp()) AS double precision)"


class Database:
    """Connections to one database. Nothing is connected before the first transaction.

    Args:
        url: "sqlite:///FILE" or "postgresql://...".
        pooled: keep connections open between transactions. A process that forks must not do so.

    Raises:
        StoreError: the address cannot be used, or its driver is not installed.
    """

    def __init__(self, url: str, pooled: bool = True) -> None:
        self.url = _address(url)
        self.engine = _engine(self.url, pooled)
        self._turn = threading.Lock()

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a file of this machine."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that only reads; all its statements see the same state on SQLite."""
        with self._errors(), self.engine.connect() as connection:
            yield connection.execution_options(**{_READ_ONLY_OPTION: True})

    @contextmanager
    def writing(self, patience_s: float | None = None) -> Iterator[sa.Connection]:
        """A transaction that writes; it is committed at the end of the block, or rolled back.

        Args:
            patience_s: the longest time for one statement on PostgreSQL, in seconds; None for the
                usual limit.
        """
        with self._errors(), self._in_turn(), self.engine.begin() as connection:
            driver = connection.connection.driver_connection
            if patience_s is None or self.is_sqlite or driver is None:
                yield connection
                return
            from virtual_lab.postgres import patient

            with patient(cast("BoundedConnection", driver), patience_s):
                yield connection

    def insert(self, table: sa.Table) -> Any:
        """An INSERT that has ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Let the writers of this process wait for each other, since SQLite takes one at a time.

        The next writer then continues at once, instead of polling the file.
        """
        if not self.is_sqlite:
            yield
            return
        if not self._turn.acquire(timeout=BUSY_TIMEOUT_S):
            raise StoreError(
                "store.writers_busy", database=self._where, seconds=f"{BUSY_TIMEOUT_S:g}"
            )
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Raise errors of the database as StoreError, without the data of the statement."""
        try:
            yield
        except IntegrityError:
            raise
        except DBAPIError as error:
            said = str(error.orig).strip().partition("\n")[0]
            if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_IOERR:
                said += " (a disk that fails, or a limit on the size of files: ulimit -f)"
            raise StoreError("store.database", database=self._where, problem=said) from None
        except PoolTimeoutError:
            raise StoreError(
                "store.connections_busy", database=self._where, seconds=f"{POOL_WAIT_S:g}"
            ) from None

    @property
    def _where(self) -> str:
        return self.url.render_as_string(hide_password=True)


def batched(ids: Iterable[str]) -> Iterator[list[str]]:
    """Ids in parts of at most ``BATCH``."""
    left = iter(ids)
    while part := list(islice(left, BATCH)):
        yield part


def _address(url: str) -> sa.URL:
    try:
        address = sa.make_url(url)
    except (ArgumentError, ValueError):  # ValueError: the port is no number.
        raise StoreError("store.not_an_address") from None
    if address.drivername in ("postgres", "postgresql"):
        return address.set(drivername="postgresql+psycopg")
    return address


def _engine(url: sa.URL, pooled: bool) -> sa.Engine:
    dialect = url.get_backend_name()
    if dialect not in ("sqlite", "postgresql"):
        raise StoreError("store.other_dialect", dialect=dialect)
    try:
        if dialect == "postgresql":
            return _postgres_engine(url, pooled)
        if url.database:
            make_file(Path(url.database))
        pool = None if pooled else NullPool
        engine = sa.create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S}, poolclass=pool)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise StoreError("store.no_driver", problem=error) from None
    except OSError as error:
        raise StoreError("store.database", database=url.database, problem=error.strerror) from None
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgres_engine(url: sa.URL, pooled: bool) -> sa.Engine:
    """An engine whose connections are tested before use and give up within seconds."""
    from virtual_lab.postgres import CONNECT_TIMEOUT_S, BoundedConnection

    def connect(
        dialect: object, record: object, arguments: list[Any], options: dict[str, Any]
    ) -> BoundedConnection:
        return BoundedConnection.connect(
            *arguments, **{"connect_timeout": CONNECT_TIMEOUT_S, **options}
        )

    if pooled:
        engine = sa.create_engine(
            url,
            pool_pre_ping=True,
            pool_size=_POOL_SIZE,
            max_overflow=_POOL_OVERFLOW,
            pool_timeout=POOL_WAIT_S,
            pool_recycle=_POOL_RECYCLE_S,
        )
    else:
        engine = sa.create_engine(url, poolclass=NullPool)
    sa.event.listen(engine, "do_connect", connect)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, record: object) -> None:
    """Set up a new connection: write-ahead log, foreign keys, the clock, explicit transactions.

    With synchronous=NORMAL a commit survives the death of any process. A power cut may lose the
    last commits, but does not damage the file. FULL costs a disk flush per commit.
    """
    connection.isolation_level = None
    # SQLite's own clock gives milliseconds, too coarse to keep runs in the order of their submits.
    connection.create_function(_SQLITE_CLOCK, 0, time.time)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        # A new file can shrink after deletions; an older file cannot be changed to do so.
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        use_write_ahead_log(connection, BUSY_TIMEOUT_S)


def _begin_sqlite(connection: sa.Connection) -> None:
    # A transaction that reads first and writes later fails at once if another process has written
    # in between. One that begins with BEGIN IMMEDIATE waits instead.
    if connection.get_execution_options().get(_READ_ONLY_OPTION):
        connection.exec_driver_sql("BEGIN")
        return
    file = connection.connection.driver_connection
    assert file is not None  # noqa: S101 - it is open
    file.execute("PRAGMA busy_timeout = 0")
    try:
        if not _begin_in_turn(file):
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # Fails again, with SQLAlchemy's error.
    finally:
        file.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000:.0f}")


def _begin_in_turn(file: Any) -> bool:
    """Begin to write as soon as no other connection does; gives False where that fails.

    SQLite's own wait polls only every 100 ms, so one of many writers could wait for seconds.
    """
    until = time.monotonic() + BUSY_TIMEOUT_S
    while time.monotonic() < until:
        try:
            file.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if not is_busy(error):
                return False
            time.sleep(_BUSY_POLL_S)
        else:
            return True
    return False
