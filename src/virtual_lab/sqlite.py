"""Files of SQLite that several processes open at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_fixed

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
    again = Retrying(
        retry=retry_if_exception(is_busy),
        stop=stop_after_delay(patience_s),
        wait=wait_fixed(_PAUSE_S),
        reraise=True,
    )
    again(file.execute, "PRAGMA journal_mode = WAL")


def is_busy(error: BaseException) -> bool:
    """Whether a statement failed because another connection uses the file."""
    return (
        isinstance(error, sqlite3.OperationalError)
        and error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
    )
