"""The periodic backfill of vectors: for uploads, and for what was added without an endpoint.

The API process does it from time to time, so an upload does not wait for the endpoint.
"""

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
# One attempt only: the next period tries again.
_TIMEOUTS = EmbeddingTimeouts(attempts=1, backoff_s=0.0, attempt_s=30.0)
# Few, because stopping the process waits for the end of a request.
_MOST_TEXTS_PER_REQUEST = 16

log = structlog.get_logger(__name__)


def embed_library(settings: Settings, stopped: Event) -> None:
    """Embed the passages of lasting collections that have no vector.

    It does nothing while another process does the same. What a run found online is embedded by
    the run itself.

    Raises:
        LibraryError: the index or the vectors cannot be read or written.
        ModelError, SettingError: the endpoint gives no vectors, or there is none.
    """
    text_format = embedding_format_of(settings)
    with (
        closing(open_index(settings)) as index,
        closing(open_vectors(settings)) as store,
        closing(open_embedder(settings, _TIMEOUTS)) as embedder,
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
                text_format._replace(batch=min(text_format.batch, _MOST_TEXTS_PER_REQUEST)),
                go_on=lambda: not stopped.is_set(),
            )
            log.info("passages embedded", sources=len(wanted), sent=sent)
