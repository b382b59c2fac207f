"""Vectors for what came into the library without: uploads, and what was added while the endpoint
was away. The API process computes them from time to time, so nobody waits for an endpoint."""

from __future__ import annotations

from contextlib import closing
from threading import Event

import structlog

from virtual_lab.bootstrap.library import (
    embedding_format_of,
    open_embedder,
    open_index,
    open_vectors,
)
from virtual_lab.library.embeddings.backfill import (
    embed_missing,
    forget_gone,
    missing_vector_counts,
)
from virtual_lab.library.embeddings.client import EmbeddingTimeouts
from virtual_lab.settings import Settings

PERIOD_S = 30.0
_PATIENCE = EmbeddingTimeouts(
    attempts=1, backoff_s=0.0, attempt_s=30.0
)  # the next look tries again
_FEW = 16  # texts in one request: whoever stops the process waits for it

log = structlog.get_logger(__name__)


def embed_library(settings: Settings, stopped: Event) -> None:
    """Embed what the collections of the library lack, unless another process does right now.

    What single runs found is left to them.

    Raises:
        LibraryError: the index or the vectors cannot be read or written.
        ModelError, SettingError: the endpoint gives no vectors, or there is none.
    """
    text_format = embedding_format_of(settings)
    with (
        closing(open_index(settings)) as index,
        closing(open_vectors(settings)) as store,
        closing(open_embedder(settings, _PATIENCE)) as embedder,
        store.turn() as mine,
    ):
        if not mine:
            return
        forget_gone(index, store)
        wanted = missing_vector_counts(index, store, settings.embeddings)
        if wanted:
            sent = embed_missing(
                index,
                store,
                embedder,
                list(wanted),
                text_format._replace(batch=min(text_format.batch, _FEW)),
                go_on=lambda: not stopped.is_set(),
            )
            log.info("passages embedded", sources=len(wanted), sent=sent)
