"""Hybrid search: the hits of words and of vectors become the candidates of one ranking.

BM25 scores and cosines have no common scale. Reciprocal rank fusion, which needs none, found less
than one ranking of all candidates with the similarity of vectors as a feature
(docs/benchmarks.md).
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from virtual_lab.library.index import Hit


class VectorMatches(NamedTuple):
    """The result of a search by vectors.

    Attributes:
        hits: passages that the search by words did not find, nearest first.
        similarity: of these and of the hits by words, by the passages' ids: how many standard
            deviations the cosine lies above the mean of all passages that were searched. Cosines
            themselves cannot be compared between models.
    """

    hits: Sequence[Hit] = ()
    similarity: Mapping[str, float] = {}


NO_MATCHES = VectorMatches()
"""The result where there are no vectors."""


def merge_candidates(by_words: Sequence[Hit], matches: VectorMatches) -> list[Hit]:
    """The hits by words, then those by vectors, with the lowest score by words (1 without any)."""
    least = min((hit.score for hit in by_words), default=1.0)
    return [*by_words, *(hit._replace(score=least) for hit in matches.hits)]


def similarities(hits: Sequence[Hit], matches: VectorMatches) -> list[float]:
    """The similarity of each hit to the query, at least 0; hits without a vector get the mean."""
    known = {name: max(0.0, score) for name, score in matches.similarity.items()}
    average = statistics.fmean(known.values()) if known else 0.0
    return [known.get(hit.passage.id, average) for hit in hits]
