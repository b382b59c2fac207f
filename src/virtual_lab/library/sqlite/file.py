"""A SQLite file of the library: how it is opened, and transactions that write to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from virtual_lab.errors import LibraryError
from virtual_lab.library.sqlite.connection import SharedConnection
from virtual_lab.private_files import make_file
from virtual_lab.sqlite import BUSY_TIMEOUT_S, closed_on_error, use_write_ahead_log

_CHECKPOINT_PAGES = 4_000  # before they go into the file: 16 MB
_LOG_SIZE_LIMIT_BYTES = (
    1 << 26
)  # that stay when it is empty, after readers kept it from being emptied


def open_file(path: Path) -> SharedConnection:
    """A connection to the SQLite file at ``path``, made where it is missing, with its folder,
    for its user alone to read.

    Raises:
        OSError: the folder cannot be made.
        sqlite3.Error: the file cannot be opened or is no database.
    """
    make_file(path)
    file = sqlite3.connect(
        path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
    )
    with closed_on_error(file):
        use_write_ahead_log(file)
        file.execute("PRAGMA synchronous = NORMAL")
        file.execute("PRAGMA foreign_keys = ON")
        file.execute("PRAGMA cache_size = -32768")
        # Some builds of SQLite overwrite with zeros each page that a merge of FTS5 frees, which is
        # a third of all that is written.
        file.execute("PRAGMA secure_delete = FAST")
        file.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        file.execute(f"PRAGMA journal_size_limit = {_LOG_SIZE_LIMIT_BYTES}")
    return SharedConnection(file)


@contextmanager
def writing(db: SharedConnection, path: Path) -> Iterator[None]:
    """One transaction; all or nothing.

    Raises:
        LibraryError: the file cannot be written.
    """
    try:
        db.execute("BEGIN IMMEDIATE")
    except sqlite3.Error as error:
        raise LibraryError("library.file", file=path, problem=error) from None
    try:
        yield
    except BaseException as error:
        db.execute("ROLLBACK")
        if isinstance(error, sqlite3.Error):
            raise LibraryError("library.file", file=path, problem=error) from None
        raise
    db.execute("COMMIT")
