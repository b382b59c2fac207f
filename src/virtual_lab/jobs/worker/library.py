"""The library of a worker, which stays open between runs.

Otherwise every run would read the schema of the SQLite file and its counts of words again.
"""

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
    """The index of the library. In PostgreSQL the pool keeps its connections open anyway.

    Raises:
        LibraryError: it cannot be opened.
    """
    if settings.postgres_url is None:
        with _files.use(settings.library_path) as index:
            yield index
        return
    with closing(open_index(settings)) as shared:
        yield shared
