"""The backfill: passages of the library that have no vector yet get one.

Every batch is stored as soon as its vectors arrive, so an interrupted backfill continues where it
was, and no text is paid for twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple

from virtual_lab.domain import Passage
from virtual_lab.errors import NotFoundError
from virtual_lab.library.embeddings.client import Embedder
from virtual_lab.library.embeddings.store import Place, VectorStore, key_of
from virtual_lab.library.ephemeral import lasting_collections
from virtual_lab.library.index import DocumentIndex

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CONCURRENT_REQUESTS = 4
"""How many requests are sent at the same time."""


class EmbeddingFormat(NamedTuple):
    """How texts are sent to the model: the prefix of a passage, the prefix of a query, and how
    many passages one request holds."""

    passage_prefix: str = ""
    query_prefix: str = ""
    batch: int = 64


PLAIN = EmbeddingFormat()
"""The format for a model that needs no prefix before its texts."""


class BackfillStep(NamedTuple):
    """The progress of a backfill: sources that are done, all sources, and texts that were sent."""

    done: int
    total: int
    sent: int


class _Missing(NamedTuple):
    """A passage without a vector, the text to embed, and how many sources came before its own."""

    place: Place
    text: str
    done: int


def text_of(title: str, passage: Passage) -> str:
    """What is embedded of a passage: the title of its source and the headings stand before it."""
    return "\n".join(part for part in (title, " > ".join(passage.section), passage.text) if part)


def missing_vector_counts(
    index: DocumentIndex,
    store: VectorStore,
    model: str,
    collections: Iterable[str] | None = None,
) -> dict[str, int]:
    """How many passages have no vector, of each source of some collections that has such ones.

    Where no collection is named, all are counted but the temporary ones. Passages are only
    counted, not read: a passage whose vector was made with another prefix counts as having one.

    Raises:
        LibraryError: the index or the vectors cannot be read.
    """
    kept = store.counts(model)
    return {
        source: passages - kept.get(source, 0)
        for name in (lasting_collections(index) if collections is None else collections)
        for source, passages in index.passage_counts(name).items()
        if passages > kept.get(source, 0)
    }


def embed_missing(
    index: DocumentIndex,
    store: VectorStore,
    embedder: Embedder,
    sources: Sequence[str] | None = None,
    text_format: EmbeddingFormat = PLAIN,
    *,
    go_on: Callable[[], bool] = lambda: True,
    on_progress: Callable[[BackfillStep], None] = lambda step: None,
) -> int:
    """Compute the vectors that passages of some sources lack; gives how many texts were sent.

    Args:
        sources: their ids, all where None; one that the index does not hold any more is passed
            over.
        recipe: how they are sent.
        go_on: asked before a few batches are sent; False ends it there.
        on_progress: called after a few batches, and at the end.

    Raises:
        LibraryError: the index or the vectors cannot be read or written.
        ModelError: the endpoint gives no vectors; what it gave before is kept.
    """
    if sources is None:
        sources = [source.id for source in index.sources()]
    missing = _missing(index, store, embedder.endpoint.model, sources, text_format.passage_prefix)
    sent = 0
    while go_on():
        part = list(islice(missing, CONCURRENT_REQUESTS * text_format.batch))
        sent += _complete(part, store, embedder, text_format.batch) if part else 0
        on_progress(BackfillStep(part[-1].done if part else len(sources), len(sources), sent))
        if not part:
            break
    return sent


def forget_gone(index: DocumentIndex, store: VectorStore) -> None:
    """Remove the vectors of sources that the index no longer holds.

    Raises:
        LibraryError: the index or the vectors cannot be read or written.
    """
    if gone := store.sources() - index.source_ids():
        store.forget(gone)


def _missing(
    index: DocumentIndex, store: VectorStore, model: str, sources: Sequence[str], prefix: str
) -> Iterator[_Missing]:
    for done, source_id in enumerate(sources):
        try:
            title = index.source(source_id).title
        except NotFoundError:
            continue
        placed = store.places(model, source_id)
        for passage in index.passages(source_id):
            text = prefix + text_of(title, passage)
            key = key_of(text)
            if placed.get(passage.id) != key:
                yield _Missing(Place(source_id, passage.id, key), text, done)


def _complete(part: Sequence[_Missing], store: VectorStore, embedder: Embedder, batch: int) -> int:
    """Store the vectors of some passages; gives how many texts had to be sent.

    A passage is recorded only after its vector: a reader that continues after the last number it
    saw would otherwise miss the passage.
    """
    model = embedder.endpoint.model
    texts = {item.place.key: item.text for item in part}
    known = store.known(model, texts.keys())
    new = {key: text for key, text in texts.items() if key not in known}
    failure: Exception | None = None
    for keys, answer in _side_by_side(new, embedder, batch):
        if isinstance(answer, Exception):
            failure = answer
            continue
        rows = answer.astype("<f2")
        store.add(model, {key: row.tobytes() for key, row in zip(keys, rows, strict=True)}, [])
        known.update(keys)
    store.add(model, {}, [item.place for item in part if item.place.key in known])
    if failure:
        raise failure
    return len(new)


def _side_by_side(
    texts: Mapping[bytes, str], embedder: Embedder, batch: int
) -> Iterator[tuple[Sequence[bytes], NDArray[np.float32] | Exception]]:
    """The keys of each batch with its vectors, or why there are none, as soon as they are there.

    The threads are daemons, so that Ctrl-C does not wait for an endpoint.
    """
    answers: SimpleQueue[tuple[Sequence[bytes], NDArray[np.float32] | Exception]] = SimpleQueue()

    def ask(keys: Sequence[bytes]) -> None:
        try:
            answers.put((keys, embedder.embed([texts[key] for key in keys])))
        except Exception as error:
            answers.put((keys, error))

    keys = list(texts)
    batches = [keys[start : start + batch] for start in range(0, len(keys), batch)]
    for each in batches:
        Thread(target=ask, args=(each,), name="embedding", daemon=True).start()
    for _ in batches:
        yield answers.get()
