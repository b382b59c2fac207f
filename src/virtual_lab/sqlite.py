"""Files of SQLite that several processes open at once."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

BUSY_TIMEOUT_S = 30.0
"""Longest wait for other processes that use a file, in seconds, where nothing else is said."""

_PAUSE_S = 0.02


class Closable(Protocol):
    """A connection to a file, or what holds one."""

    def close(self) -> None:
        """Close the file."""


@contextmanager
def closed_on_error(file: Closable) -> Iterator[None]:
    """Close a file that was just opened where the rest of its opening fails: nobody else can."""
    try:
        yield
    except BaseException:
        file.close()
        raise


def use_write_ahead_log(file: sqlite3.Connection, patience_s: float = BUSY_TIMEOUT_S) -> None:
    """Switch a new file to its log, also where other processes do the same right now.

    SQLite does not wait for them here, whatever its time limit says.

    Raises:
        sqlite3.Error: it is no database, cannot be written, or was in use for ``patience_s``.
    """
    until = time.monotonic() + patience_s
    while True:
        try:
            file.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not is_busy or time.monotonic() > until:
                raise
            time.sleep(_PAUSE_S)
