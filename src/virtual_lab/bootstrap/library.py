"""The library: its document index, its vectors, and the endpoint that makes vectors."""

from __future__ import annotations

import os
import secrets
from functools import cache
from typing import TYPE_CHECKING

from virtual_lab.atomic_file import read_or_create
from virtual_lab.errors import LibraryError
from virtual_lab.library.index import DocumentIndex
from virtual_lab.library.sqlite.index import Index
from virtual_lab.private_files import close_to_others
from virtual_lab.settings import Settings

if TYPE_CHECKING:
    from virtual_lab.library.embeddings.backfill import EmbeddingFormat
    from virtual_lab.library.embeddings.client import Embedder, EmbeddingTimeouts
    from virtual_lab.library.embeddings.store import VectorStore
    from virtual_lab.library.postgres.pool import Pool


def open_index(settings: Settings) -> DocumentIndex:
    """The index of the library: in the PostgreSQL of the runs, else a file in the data folder.

    Raises:
        LibraryError: it cannot be opened, or the driver of the database is not installed.
    """
    close_to_others(settings.data_dir)
    if settings.postgres_url is None:
        return Index(settings.library_path)
    try:
        from virtual_lab.library.postgres.index import PostgresIndex
    except ImportError as error:
        raise LibraryError("library.no_driver", problem=error) from None
    file = settings.data_dir / "installation"
    try:
        installation = read_or_create(file, lambda: secrets.token_hex(8))
    except OSError as error:
        raise LibraryError("library.file", file=file, problem=error.strerror) from None
    return PostgresIndex(_pool(os.getpid(), settings.postgres_url), installation)


def open_vectors(settings: Settings) -> VectorStore:
    """The vectors of the library, in the database or beside the file of its index.

    Raises:
        LibraryError: they cannot be opened.
    """
    from virtual_lab.library.embeddings.store import VectorFile

    if settings.postgres_url is None:
        return VectorFile(settings.vectors_path)
    from virtual_lab.library.postgres.vectors import PostgresVectors

    return PostgresVectors(_pool(os.getpid(), settings.postgres_url))


def open_embedder(settings: Settings, patience: EmbeddingTimeouts) -> Embedder:
    """What asks the endpoint of the settings for vectors.

    Raises:
        SettingError, RealModelError, MissingExtraError: there is none, or it may not or cannot be
            used.
    """
    from virtual_lab.library.embeddings.client import Embedder, endpoint_of
    from virtual_lab.network import Network

    return Embedder(endpoint_of(settings), patience, Network.of(settings))


def recipe_of(settings: Settings) -> EmbeddingFormat:
    """How texts are sent to the endpoint of the vectors."""
    from virtual_lab.library.embeddings.backfill import EmbeddingFormat

    return EmbeddingFormat(
        settings.embeddings_passage_prefix,
        settings.embeddings_query_prefix,
        settings.embeddings_batch,
    )


@cache
def _pool(pid: int, url: str) -> Pool:
    """The connections of this process; a child opens its own."""
    from virtual_lab.library.postgres.pool import open_pool

    return open_pool(url)
