"""Files of SQLite that several processes open at once."""

from __future__ import annotations

import sqlite3
import time

BUSY_TIMEOUT_S = 30.0
"""Longest wait for other processes that use a file, in seconds, where nothing else is said."""

_PAUSE_S = 0.02


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
