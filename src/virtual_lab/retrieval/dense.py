"""The dense retriever: finds the passages whose vectors are nearest to that of a query.

Each process holds the vectors of a library in memory, as 16-bit floats (a million vectors of 384
numbers take 0.8 GB); before a search it reads only those that were added since. A query is compared
with all of them.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from virtual_lab.errors import LibraryError, ModelAnswerError, ModelError, NotFoundError
from virtual_lab.library.embeddings.backfill import (
    PLAIN,
    EmbeddingFormat,
    embed_missing,
    missing_vector_counts,
)
from virtual_lab.library.embeddings.client import Embedder
from virtual_lab.library.embeddings.store import Placed, VectorStore
from virtual_lab.library.index import DocumentIndex, Hit
from virtual_lab.messages import Message
from virtual_lab.retrieval.hybrid import NO_MATCHES, VectorMatches

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Widening all rows to 32 bits at the same time would need twice the memory of the vectors.
_ROWS_WIDENED_AT_ONCE = 8192
# Some of the nearest passages may be gone from the index, so more are looked up than are asked for.
_EXTRA_CANDIDATES = 20
_EMBEDDING_BUDGET_S = 15.0
# Where the library lacks more vectors than this, a run leaves them to the backfill.
_MOST_LIBRARY_PASSAGES = 500
# A slow endpoint must answer a request of passages in the time that it has for a query.
_MOST_TEXTS_A_REQUEST = 16
_log = logging.getLogger(__name__)


class VectorCoverage(NamedTuple):
    """How many passages have a vector, and how many passages there are."""

    embedded: int
    passages: int


class DenseRetriever:
    """Searches an index by vectors, for one run or one call. Close it after use.

    After the first failure it finds nothing any more, so that a run does not wait for the timeout
    of every query.

    Args:
        index: the passages.
        store: their vectors.
        embedder: computes the vectors of queries.
        text_format: how queries and passages are sent to the embedder.

    Attributes:
        problem: why nothing is found any more; None while the search works.
    """

    def __init__(
        self,
        index: DocumentIndex,
        store: VectorStore,
        embedder: Embedder,
        text_format: EmbeddingFormat = PLAIN,
    ) -> None:
        self.problem: Message | None = None
        self._index = index
        self._store = store
        self._embedder = embedder
        self._text_format = text_format._replace(
            batch=min(text_format.batch, _MOST_TEXTS_A_REQUEST)
        )
        self._model = embedder.endpoint.model
        self._matrix = _matrix(store.name, self._model)
        self._queries: dict[str, NDArray[np.float32]] = {}
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close the connections to the endpoint and to the vectors."""
        self._embedder.close()
        self._store.close()

    def search(
        self, found: Mapping[str, Sequence[Hit]], collections: Sequence[str], limit: int
    ) -> dict[str, VectorMatches]:
        """The passages nearest to each query that the search by words did not find.

        It never raises: after a failure nothing is found and ``problem`` says why.

        Args:
            found: the queries, in any language, each with the hits of the search by words; all
                queries are embedded with one request.
            collections: the collections to search; all of them where it is empty.
            limit: how many of the nearest passages are considered for each query.
        """
        with self._lock, self._stop_at_failure():
            if not self.problem:
                return self._search(found, collections, limit)
        return dict.fromkeys(found, NO_MATCHES)

    def embed_new_passages(self, own: Sequence[str], shared: Sequence[str] | None) -> None:
        """Embed passages that have no vector yet, for 15 seconds at most.

        It never raises: after a failure ``problem`` says why.

        Args:
            own: the collections of this run alone.
            shared: the other collections that it searches; the whole library where None. They are
                left to the backfill where more than 500 passages have no vector, or where another
                process embeds the library now.
        """
        until = time.monotonic() + _EMBEDDING_BUDGET_S
        with self._lock, self._stop_at_failure():
            self._embed(own, until)
            with self._store.turn() as mine:
                if mine:
                    self._embed(shared, until, most=_MOST_LIBRARY_PASSAGES)

    def _embed(
        self, collections: Sequence[str] | None, until: float, most: float = math.inf
    ) -> None:
        if self.problem:
            return
        missing = missing_vector_counts(self._index, self._store, self._model, collections)
        if sum(missing.values()) <= most:
            embed_missing(
                self._index,
                self._store,
                self._embedder,
                list(missing),
                self._text_format,
                go_on=lambda: time.monotonic() < until,
            )

    def coverage(self, collections: Sequence[str]) -> VectorCoverage:
        """How many passages of some collections (of all where none is named) have a vector.

        Raises:
            LibraryError: the index or the vectors cannot be read.
        """
        names = collections or tuple(self._index.collections())
        counts: dict[str, int] = {}
        for name in names:
            counts |= self._index.passage_counts(name)
        with self._lock:
            self._matrix.update(self._store, self._model)
            return VectorCoverage(self._matrix.count(set(counts)), sum(counts.values()))

    @contextmanager
    def _stop_at_failure(self) -> Iterator[None]:
        try:
            yield
        except (ModelError, LibraryError) as error:
            self.problem = error.as_message()
            _log.warning("searching by words alone: %s", error)

    def _search(
        self, found: Mapping[str, Sequence[Hit]], collections: Sequence[str], limit: int
    ) -> dict[str, VectorMatches]:
        self._matrix.update(self._store, self._model)
        within = self._index.source_ids(collections) if collections else None
        if not self._matrix.count(within):
            return dict.fromkeys(found, NO_MATCHES)
        new = [query for query in found if query not in self._queries]
        if new:
            vectors = self._embedder.embed(
                [self._text_format.query_prefix + query for query in new]
            )
            self._queries |= zip(new, vectors, strict=True)
        return {
            query: self._matches(self._queries[query], hits, within, limit)
            for query, hits in found.items()
        }

    def _matches(
        self,
        query: NDArray[np.float32],
        found: Sequence[Hit],
        within: set[str] | None,
        limit: int,
    ) -> VectorMatches:
        if len(query) != self._matrix.width:
            raise ModelAnswerError(
                "model.other_width",
                endpoint=self._embedder.endpoint,
                width=len(query),
                held=self._matrix.width,
            )
        known = {hit.passage.id for hit in found}
        nearest, similarity = self._matrix.nearest(query, within, limit + _EXTRA_CANDIDATES, known)
        hits: list[Hit] = []
        considered = 0
        for passage_id, score in nearest:
            if considered == limit:
                break
            try:
                if passage_id not in known:
                    hits.append(Hit(self._index.passage(passage_id), score))
            except NotFoundError:  # removed since it was embedded
                continue
            considered += 1
        return VectorMatches(hits, similarity | {hit.passage.id: hit.score for hit in hits})


class _Matrix:
    """All vectors of one model, a row each, in the order in which they were stored."""

    def __init__(self) -> None:
        self._last_number = 0
        self._passages: list[str] = []
        self._sources: dict[str, int] = {}
        self._rows: dict[str, int] = {}
        self._source_of: NDArray[np.int32] = np.empty(0, np.int32)
        self._vectors: NDArray[np.float16] = np.empty((0, 0), np.float16)
        self._lock = threading.Lock()

    @property
    def width(self) -> int:
        """The dimension of a vector."""
        return int(self._vectors.shape[1])

    def update(self, store: VectorStore, model: str) -> None:
        """Read the vectors that were stored since the last call."""
        with self._lock:
            new = list(store.after(model, self._last_number))
            if not new:
                return
            self._last_number = new[-1].number
            width = len(new[-1].vector)
            new = [placed for placed in new if len(placed.vector) == width]
            if width != 2 * self.width:  # the name now belongs to another model
                self._passages, self._sources, self._rows = [], {}, {}
                self._source_of = np.empty(0, np.int32)
                self._vectors = np.empty((0, width // 2), np.float16)
            self._append(new)

    def count(self, within: set[str] | None) -> int:
        """How many passages of some sources have a vector; of all sources where None."""
        with self._lock:
            return int(np.count_nonzero(self._selected(within)))

    def nearest(
        self,
        query: NDArray[np.float32],
        within: set[str] | None,
        limit: int,
        known: Iterable[str],
    ) -> tuple[list[tuple[str, float]], dict[str, float]]:
        """The nearest passages of some sources, best first, and the scores of known passages.

        Scores are standard scores of the cosines among the passages of these sources.

        Args:
            query: a vector of ``width`` numbers, of length 1.
            within: the ids of the sources; all sources where None.
            limit: how many passages at most.
            known: ids of passages whose scores are wanted; those without a vector are left out.
        """
        with self._lock:
            vectors, selected, passages = self._vectors, self._selected(within), self._passages
            rows = {name: self._rows[name] for name in known if name in self._rows}
        scores = np.empty(len(vectors), np.float32)
        for start in range(0, len(vectors), _ROWS_WIDENED_AT_ONCE):
            part = vectors[start : start + _ROWS_WIDENED_AT_ONCE]
            scores[start : start + len(part)] = part.astype(np.float32) @ query
        scores -= scores[selected].mean()
        scores /= scores[selected].std() or 1.0
        scores[~selected] = -np.inf
        best = np.argpartition(-scores, min(limit, len(scores) - 1))[:limit]
        best = best[np.argsort(-scores[best], kind="stable")]
        return (
            [(passages[row], float(scores[row])) for row in best if selected[row]],
            {name: float(scores[row]) for name, row in rows.items() if selected[row]},
        )

    def _append(self, new: Sequence[Placed]) -> None:
        start = len(self._passages)
        numbers = [self._sources.setdefault(p.source, len(self._sources)) for p in new]
        rows = np.frombuffer(b"".join(p.vector for p in new), "<f2").reshape(len(new), -1)
        self._vectors = np.concatenate([self._vectors, rows.astype(np.float16)])
        source_of = np.concatenate([self._source_of, np.array(numbers, np.int32)])
        self._passages = [*self._passages, *(p.passage for p in new)]
        for row, placed in enumerate(new, start):
            if (old := self._rows.get(placed.passage)) is not None:
                source_of[old] = -1  # its text has changed, or it was embedded again
            self._rows[placed.passage] = row
        self._source_of = source_of

    def _selected(self, within: set[str] | None) -> NDArray[np.bool_]:
        if within is None:
            return self._source_of >= 0
        allowed = np.zeros(len(self._sources) + 1, np.bool_)  # the last is for -1, no source
        for source in within & self._sources.keys():
            allowed[self._sources[source]] = True
        return allowed[self._source_of]


@cache
def _matrix(store: str, model: str) -> _Matrix:
    """The vectors of a store that this process holds, one object for all its runs."""
    return _Matrix()
