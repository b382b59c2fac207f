"""Opens the library: its document index, its vectors, and its embedder."""

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
    """The index of the library, in PostgreSQL if the settings name one, else in the data folder.

    Raises:
        LibraryError: the index cannot be opened, or the driver of the database is not installed.
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
        LibraryError: the vectors cannot be opened.
    """
    from virtual_lab.library.sqlite.vectors import VectorFile

    if settings.postgres_url is None:
        return VectorFile(settings.vectors_path)
    from virtual_lab.library.postgres.vectors import PostgresVectors

    return PostgresVectors(_pool(os.getpid(), settings.postgres_url))


def open_embedder(settings: Settings, timeouts: EmbeddingTimeouts) -> Embedder:
    """The embedder for the endpoint of the settings.

    Raises:
        SettingError, RealModelError, MissingExtraError: the settings name no endpoint, or it is
            not allowed or cannot be used.
    """
    from virtual_lab.library.embeddings.client import Embedder, endpoint_of
    from virtual_lab.network import Network

    return Embedder(endpoint_of(settings), timeouts, Network.of(settings))


def embedding_format_of(settings: Settings) -> EmbeddingFormat:
    """The format of texts for the endpoint of the settings."""
    from virtual_lab.library.embeddings.backfill import EmbeddingFormat

    return EmbeddingFormat(
        settings.embeddings_passage_prefix,
        settings.embeddings_query_prefix,
        settings.embeddings_batch,
    )


@cache
def _pool(pid: int, url: str) -> Pool:
    """The connections of this process; a forked child opens its own."""
    from virtual_lab.library.postgres.pool import open_pool

    return open_pool(url)
