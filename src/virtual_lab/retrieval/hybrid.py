"""Fusion: what words find and what meaning finds become the candidates of one ranking.

A BM25 score and a cosine have no common measure, and reciprocal ranks, which need none, forget how
far apart two passages are: they found less than a ranking that reads the candidates of both again,
with the nearness of their vectors as one of its features (docs/benchmarks.md).
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from virtual_lab.library.index import Hit


class Near(NamedTuple):
    """What is near a query in meaning: passages that its words had not found, nearest first, and
    how near these and those are, by the passages' ids.

    Nearness is a standard score: by how many standard deviations the cosine is above the average
    of all passages that were searched. Cosines themselves lie elsewhere with every model.
    """

    hits: Sequence[Hit] = ()
    nearness: Mapping[str, float] = {}


NOTHING = Near()
"""Where there are no vectors."""


def fused(by_words: Sequence[Hit], near: Near) -> list[Hit]:
    """All hits: those by words, then the near ones with the score of the last of them (or 1)."""
    least = min((hit.score for hit in by_words), default=1.0)
    return [*by_words, *(hit._replace(score=least) for hit in near.hits)]


def nearness(hits: Sequence[Hit], near: Near) -> list[float]:
    """How near each hit is; 0 for one that is no nearer than an average passage of the library.

    One without a vector is as near as those with one on the average.
    """
    known = {name: max(0.0, score) for name, score in near.nearness.items()}
    average = statistics.fmean(known.values()) if known else 0.0
    return [known.get(hit.passage.id, average) for hit in hits]
