"""Embedding the library: the passages that have no vector yet get one.

Every batch is kept as soon as it is paid for: what is cut off goes on there, and a text that has
a vector is never sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

import numpy as np

from virtual_lab.domain import Passage
from virtual_lab.evidence.document_index import DocumentIndex
from virtual_lab.evidence.embedder import Embedder
from virtual_lab.evidence.vectors import Place, VectorStore, key_of


class Step(NamedTuple):
    """How far the embedding has come: sources looked through, and texts that were sent."""

    done: int
    total: int
    sent: int


class _Missing(NamedTuple):
    """A passage without a vector, what would be embedded, and how many sources came before."""

    place: Place
    text: str
    done: int


def text_of(title: str, passage: Passage) -> str:
    """What is embedded of a passage: the title of its source and the headings stand before it."""
    return "\n".join(part for part in (title, " > ".join(passage.section), passage.text) if part)


def embed_missing(
    index: DocumentIndex,
    store: VectorStore,
    embedder: Embedder,
    *,
    collection: str | None = None,
    batch: int = 64,
    prefix: str = "",
    on_progress: Callable[[Step], None] = lambda step: None,
) -> int:
    """Compute the vectors that are missing; gives how many texts were sent.

    What is kept of sources that the index no longer holds is removed.

    Args:
        collection: only of this one; of the whole index where None.
        batch: texts in one request.
        prefix: stands before every text.
        on_progress: called after each batch, and at the end.

    Raises:
        LibraryError: the index or the vectors cannot be read or written.
        ModelError: the endpoint gives no vectors; what it gave before is kept.
    """
    total = len(index.sources(collection))
    missing = _missing(index, store, embedder.endpoint.model, collection, prefix)
    sent = 0
    while part := list(islice(missing, batch)):
        sent += _complete(part, store, embedder)
        on_progress(Step(part[-1].done, total, sent))
    if gone := store.sources() - index.source_ids():
        store.forget(gone)
    on_progress(Step(total, total, sent))
    return sent


def _missing(
    index: DocumentIndex, store: VectorStore, model: str, collection: str | None, prefix: str
) -> Iterator[_Missing]:
    for done, source in enumerate(index.sources(collection)):
        placed = store.places(model, source.id)
        for passage in index.passages(source.id):
            text = prefix + text_of(source.title, passage)
            key = key_of(text)
            if placed.get(passage.id) != key:
                yield _Missing(Place(source.id, passage.id, key), text, done)


def _complete(part: list[_Missing], store: VectorStore, embedder: Embedder) -> int:
    """Keep what some passages need; gives how many texts had to be sent."""
    model = embedder.endpoint.model
    texts = {item.place.key: item.text for item in part}
    known = store.known(model, texts.keys())
    new = {key: text for key, text in texts.items() if key not in known}
    rows = embedder.embed(list(new.values())).astype("<f2") if new else np.empty((0, 0), "<f2")
    vectors = {key: row.tobytes() for key, row in zip(new, rows, strict=True)}
    store.add(model, vectors, [item.place for item in part])
    return len(new)
