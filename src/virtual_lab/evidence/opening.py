"""Opening the document index that the settings ask for."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from virtual_lab.errors import LibraryError
from virtual_lab.evidence.document_index import DocumentIndex
from virtual_lab.evidence.index import Index
from virtual_lab.settings import Settings

if TYPE_CHECKING:
    from virtual_lab.evidence.postgres_pool import Pool


def open_index(settings: Settings) -> DocumentIndex:
    """The index of the library: in the PostgreSQL of the runs, else a file in the data folder.

    Raises:
        LibraryError: it cannot be opened, or the driver of the database is not installed.
    """
    if settings.postgres_url is None:
        return Index(settings.library_path)
    try:
        from virtual_lab.evidence.postgres_index import PostgresIndex
    except ImportError as error:
        raise LibraryError(
            f"the driver is missing ({error}); pip install 'pjt-virtual-lab[postgres]'"
        ) from None
    return PostgresIndex(_pool(os.getpid(), settings.postgres_url))


@cache
def _pool(pid: int, url: str) -> Pool:
    """The connections of this process; a child opens its own."""
    from virtual_lab.evidence.postgres_pool import open_pool

    return open_pool(url)
