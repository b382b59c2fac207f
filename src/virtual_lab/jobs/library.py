"""The library of a worker, which stays open from one run to the next.

Opening it anew takes longer than many a search: what SQLite knows of its tables, and how often
the words of the library stand in it, would be read again by every run.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from virtual_lab.evidence.document_index import DocumentIndex
from virtual_lab.evidence.opening import open_index
from virtual_lab.settings import Settings


class _Kept(NamedTuple):
    file: object
    library: DocumentIndex


_kept: list[_Kept] = []


@contextmanager
def open_library(settings: Settings) -> Iterator[DocumentIndex]:
    """The index of the library, for one user at a time: a second one opens it anew.

    A file that took the place of the one that is open is opened instead of it. After an error the
    index is closed. One in a database, whose connections are kept anyway, is not kept.

    Raises:
        LibraryError: it cannot be opened.
    """
    if settings.postgres_url is not None:
        with closing(open_index(settings)) as shared:
            yield shared
        return
    # Before it is opened: who replaces it at this moment is noticed the next time.
    file = _identity(settings.library_path)
    library = _taken(file) or open_index(settings)
    try:
        yield library
    except BaseException:
        library.close()
        raise
    if file is None or _kept:
        library.close()
    else:
        _kept.append(_Kept(file, library))


def _taken(file: object) -> DocumentIndex | None:
    """The index that is kept, where it is that of the file."""
    if not _kept:
        return None
    kept = _kept.pop()
    if kept.file == file:
        return kept.library
    kept.library.close()
    return None


def _identity(path: Path) -> object:
    """By which a file is told from another one of its name; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return path, status.st_dev, status.st_ino
