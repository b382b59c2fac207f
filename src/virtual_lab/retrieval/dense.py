"""Searching by meaning: the passages whose vectors are nearest to that of a query.

The vectors of a library are held in memory once per process, as 16-bit floats (a million of 384
numbers take 0.8 GB), and read on from where they were read last. A query is compared with all
of them.
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
from virtual_lab.retrieval.hybrid import NOTHING, Near

if TYPE_CHECKING:
    from numpy.typing import NDArray

_AT_ONCE = 8192  # rows that are widened to 32 bits at a time
_SPARE = 20  # more of the nearest that are looked up, for those that the index no longer holds
_TAKE_IN_S = 15.0  # that a run spends at the most on vectors of what it found itself
_LATELY = 500  # passages of the library that a run embeds, as those of a file that just came
_FEW = 16  # texts in one of its requests: a slow endpoint has to answer these as it does a query
_log = logging.getLogger(__name__)


class VectorCoverage(NamedTuple):
    """How many of the passages that are searched have a vector."""

    embedded: int
    passages: int


class DenseRetriever:
    """Searches an index by meaning, for one run or one call.

    ``problem`` says why it finds nothing any more: the first failure ends it, so that a run is
    not held up by one query after the other. Close it after use.

    Args:
        index: holds the passages.
        store: holds their vectors.
        embedder: embeds the queries.
        recipe: how queries and passages are sent.
    """

    def __init__(
        self,
        index: DocumentIndex,
        store: VectorStore,
        embedder: Embedder,
        text_format: EmbeddingFormat = PLAIN,
    ) -> None:
        self.problem = ""
        self._index = index
        self._store = store
        self._embedder = embedder
        self._recipe = text_format._replace(batch=min(text_format.batch, _FEW))
        self._model = embedder.endpoint.model
        self._matrix = _matrix(store.name, self._model)
        self._queries: dict[str, NDArray[np.float32]] = {}
        self._turn = threading.Lock()

    def close(self) -> None:
        """Close the connections to the endpoint and to the vectors."""
        self._embedder.close()
        self._store.close()

    def search(
        self, found: Mapping[str, Sequence[Hit]], collections: Sequence[str], limit: int
    ) -> dict[str, Near]:
        """What is near each query, beside what its words found.

        It never raises: where vectors cannot be had, nothing is found and ``problem`` says why.

        Args:
            found: the queries, as a person writes them, of any language, each with what its words
                found; all are embedded with one request.
            collections: where to look; everywhere where none is named.
            limit: how many of the nearest passages are looked at.
        """
        with self._turn, self._as_long_as_it_works():
            if not self.problem:
                return self._search(found, collections, limit)
        return dict.fromkeys(found, NOTHING)

    def take_in(self, own: Sequence[str], shared: Sequence[str] | None) -> None:
        """Embed what some collections lack, as far as a few seconds allow.

        It never raises: where vectors cannot be had, ``problem`` says why.

        Args:
            own: collections of this run alone.
            shared: those that it searches besides, the whole library where None. Of them a few
                passages are embedded, as of a file that was just added; where more are missing, or
                another process embeds the library, it is left to that.
        """
        until = time.monotonic() + _TAKE_IN_S
        with self._turn, self._as_long_as_it_works():
            self._embed(own, until)
            with self._store.turn() as mine:
                if mine:
                    self._embed(shared, until, most=_LATELY)

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
                self._recipe,
                go_on=lambda: time.monotonic() < until,
            )

    def reach(self, collections: Sequence[str]) -> VectorCoverage:
        """How many of the passages of some collections, or of all, have a vector.

        Raises:
            LibraryError: the index or the vectors cannot be read.
        """
        names = collections or tuple(self._index.collections())
        counts: dict[str, int] = {}
        for name in names:
            counts |= self._index.passage_counts(name)
        with self._turn:
            self._matrix.read_on(self._store, self._model)
            return VectorCoverage(self._matrix.count(set(counts)), sum(counts.values()))

    @contextmanager
    def _as_long_as_it_works(self) -> Iterator[None]:
        try:
            yield
        except (ModelError, LibraryError) as error:
            self.problem = str(error)
            _log.warning("searching by words alone: %s", error)

    def _search(
        self, found: Mapping[str, Sequence[Hit]], collections: Sequence[str], limit: int
    ) -> dict[str, Near]:
        self._matrix.read_on(self._store, self._model)
        within = self._index.source_ids(collections) if collections else None
        if not self._matrix.count(within):
            return dict.fromkeys(found, NOTHING)
        new = [query for query in found if query not in self._queries]
        if new:
            vectors = self._embedder.embed([self._recipe.query_prefix + query for query in new])
            self._queries |= zip(new, vectors, strict=True)
        return {
            query: self._near(self._queries[query], hits, within, limit)
            for query, hits in found.items()
        }

    def _near(
        self,
        query: NDArray[np.float32],
        found: Sequence[Hit],
        within: set[str] | None,
        limit: int,
    ) -> Near:
        if len(query) != self._matrix.width:
            raise ModelAnswerError(
                "model.other_width",
                endpoint=self._embedder.endpoint,
                width=len(query),
                held=self._matrix.width,
            )
        known = {hit.passage.id for hit in found}
        nearest, nearness = self._matrix.nearest(query, within, limit + _SPARE, known)
        hits: list[Hit] = []
        looked_at = 0
        for passage_id, score in nearest:
            if looked_at == limit:
                break
            try:
                if passage_id not in known:
                    hits.append(Hit(self._index.passage(passage_id), score))
            except NotFoundError:  # removed since it was embedded
                continue
            looked_at += 1
        return Near(hits, nearness | {hit.passage.id: hit.score for hit in hits})


class _Matrix:
    """All vectors of one model, in the order in which they were kept."""

    def __init__(self) -> None:
        self._last = 0
        self._passages: list[str] = []
        self._sources: dict[str, int] = {}
        self._rows: dict[str, int] = {}
        self._source_of: NDArray[np.int32] = np.empty(0, np.int32)
        self._vectors: NDArray[np.float16] = np.empty((0, 0), np.float16)
        self._turn = threading.Lock()

    @property
    def width(self) -> int:
        """How many numbers a vector has."""
        return int(self._vectors.shape[1])

    def read_on(self, store: VectorStore, model: str) -> None:
        """Take in what was kept since."""
        with self._turn:
            new = list(store.after(model, self._last))
            if not new:
                return
            self._last = new[-1].number
            width = len(new[-1].vector)
            new = [placed for placed in new if len(placed.vector) == width]
            if width != 2 * self.width:  # another model under the same name: begun anew
                self._passages, self._sources, self._rows = [], {}, {}
                self._source_of = np.empty(0, np.int32)
                self._vectors = np.empty((0, width // 2), np.float16)
            self._append(new)

    def count(self, within: set[str] | None) -> int:
        """How many passages of some sources, or of all, there are."""
        with self._turn:
            return int(np.count_nonzero(self._chosen(within)))

    def nearest(
        self,
        query: NDArray[np.float32],
        within: set[str] | None,
        limit: int,
        known: Iterable[str],
    ) -> tuple[list[tuple[str, float]], dict[str, float]]:
        """The nearest passages of some sources, or of all, best first, and some that are known.

        The scores are standard scores among those passages; a known one without a vector has none.
        """
        with self._turn:
            vectors, chosen, passages = self._vectors, self._chosen(within), self._passages
            rows = {name: self._rows[name] for name in known if name in self._rows}
        scores = np.empty(len(vectors), np.float32)
        for start in range(0, len(vectors), _AT_ONCE):
            part = vectors[start : start + _AT_ONCE]
            scores[start : start + len(part)] = part.astype(np.float32) @ query
        scores -= scores[chosen].mean()
        scores /= scores[chosen].std() or 1.0
        scores[~chosen] = -np.inf
        best = np.argpartition(-scores, min(limit, len(scores) - 1))[:limit]
        best = best[np.argsort(-scores[best], kind="stable")]
        return (
            [(passages[row], float(scores[row])) for row in best if chosen[row]],
            {name: float(scores[row]) for name, row in rows.items() if chosen[row]},
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

    def _chosen(self, within: set[str] | None) -> NDArray[np.bool_]:
        if within is None:
            return self._source_of >= 0
        allowed = np.zeros(len(self._sources) + 1, np.bool_)  # the last is of no source: -1
        for source in within & self._sources.keys():
            allowed[self._sources[source]] = True
        return allowed[self._source_of]


@cache
def _matrix(store: str, model: str) -> _Matrix:
    """The vectors that this process has read from a store."""
    return _Matrix()
