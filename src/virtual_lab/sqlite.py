"""SQLite files that several processes open at the same time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_fixed

BUSY_TIMEOUT_S = 30.0
"""The usual longest wait for other processes that use a file."""

_PAUSE_S = 0.02


class Closable(Protocol):
    """A connection to a file, or an object that has one."""

    def close(self) -> None:
        """Close the file."""


@contextmanager
def closed_on_error(file: Closable) -> Iterator[None]:
    """Close a file that was just opened if the rest of its preparation fails."""
    try:
        yield
    except BaseException:
        file.close()
        raise


def use_write_ahead_log(file: sqlite3.Connection, patience_s: float = BUSY_TIMEOUT_S) -> None:
    """Switch a file to write-ahead logging, also while other processes do the same.

    SQLite's own busy timeout does not apply to this statement.

    Raises:
        sqlite3.Error: the file is no database, cannot be written, or was in use for ``patience_s``
            seconds.
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
