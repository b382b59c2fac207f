"""The library of a worker. It stays open from one run to the next: what SQLite knows of its tables,
and how often words stand in it, would be read again by every run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from virtual_lab.bootstrap.library import open_index
from virtual_lab.jobs.worker.handle_cache import HandleCache
from virtual_lab.library.index import DocumentIndex
from virtual_lab.library.sqlite.index import Index
from virtual_lab.settings import Settings

_files = HandleCache(Index)


@contextmanager
def open_library(settings: Settings) -> Iterator[DocumentIndex]:
    """The index of the library. In a database its connections are kept anyway.

    Raises:
        LibraryError: it cannot be opened.
    """
    if settings.postgres_url is None:
        with _files.lent(settings.library_path) as index:
            yield index
        return
    with closing(open_index(settings)) as shared:
        yield shared
