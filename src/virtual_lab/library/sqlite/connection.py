"""A connection to SQLite that several threads may use, also while one of them closes it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from typing import Any


class Rows:
    """The rows that a statement gave, all read, and how many it changed."""

    def __init__(self, rows: list[Any], rowcount: int) -> None:
        self._rows = iter(rows)
        self.rowcount = rowcount

    def __iter__(self) -> Iterator[Any]:
        return self._rows

    def fetchone(self) -> Any:
        """The next row, or None."""
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        """The rows that are left."""
        return list(self._rows)


class SharedConnection:
    """Runs one statement at a time, to its last row: SQLite's own cursors crash the process
    where one thread closes the connection that another still reads from."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._turn = threading.RLock()

    def execute(self, sql: str, parameters: Any = ()) -> Rows:
        """Run a statement; raises sqlite3.Error, also after the end."""
        with self._turn:
            cursor = self._connection.execute(sql, parameters)
            return Rows(cursor.fetchall() if cursor.description else [], cursor.rowcount)

    def executemany(self, sql: str, parameters: Any) -> None:
        """Run a statement for each of the parameters."""
        with self._turn:
            self._connection.executemany(sql, parameters)

    def executescript(self, sql: str) -> None:
        """Run several statements."""
        with self._turn:
            self._connection.executescript(sql)

    def version(self) -> tuple[int, int]:
        """A value that changes whenever the file does, through this connection or another one."""
        with self._turn:
            changed = self._connection.execute("PRAGMA data_version").fetchone()[0]
            return changed, self._connection.total_changes

    def close(self) -> None:
        """Close the file after the statement that runs."""
        with self._turn:
            self._connection.close()
