"""Fusion: two rankings of passages, by words and by meaning, become one.

Reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009): each ranking gives a passage
1 / (60 + rank). Only ranks count, since a BM25 score and a cosine have no common measure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from virtual_lab.evidence.document_index import Hit

K = 60
"""The constant of the paper: how little the first ranks stand out."""


def fused(by_words: Sequence[Hit], by_meaning: Sequence[Hit]) -> list[Hit]:
    """All hits of two rankings of one query, best first.

    The place comes from the fusion, the score from the ranking by words: the first gets its best
    score, the second its next, and so on, so that the scores keep the spread that the choice of
    sentences is tuned to. Who comes after its last one, or where no word was found at all, gets
    that score (or 1) times the share of its sum of reciprocal ranks.

    Args:
        by_words: with scores; the higher, the better.
        by_meaning: best first.
    """
    by_words = sorted(by_words, key=lambda hit: -hit.score)
    sums: dict[str, float] = defaultdict(float)
    for ranking in (by_words, by_meaning):
        for rank, hit in enumerate(ranking, 1):
            sums[hit.passage.id] += 1 / (K + rank)
    hits = {hit.passage.id: hit for hit in (*by_meaning, *by_words)}
    order = sorted(sums, key=lambda key: (-sums[key], key))
    spread = [hit.score for hit in by_words] or [1.0]
    last = len(spread) - 1
    return [
        hits[key]._replace(
            score=spread[place] if place <= last else spread[last] * sums[key] / sums[order[last]]
        )
        for place, key in enumerate(order)
    ]
