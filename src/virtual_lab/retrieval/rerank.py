"""Ranking: the passages that an index finds, put in order by more than their words' frequency.

An index answers with the best passages by BM25. The first of them are read again here, for the
features of ``ranking_features.py``. Where passages have vectors, the nearest to the query are read
as well, and how near each is counts too. What each feature counts is fitted, not chosen:
``benchmarks/fit_ranking.py`` writes ``rerank_weights.json``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from operator import mul
from pathlib import Path
from typing import TYPE_CHECKING

from virtual_lab.library.index import DocumentIndex, Hit, Scope
from virtual_lab.retrieval.features import Features, features, query
from virtual_lab.retrieval.hybrid import NOTHING, Near, fused, nearness

if TYPE_CHECKING:
    from virtual_lab.retrieval.dense import DenseRetriever

DEPTH = 50
"""How many passages are read again; more were of no use (docs/benchmarks.md)."""

_WEIGHTS = Path(__file__).with_name("rerank_weights.json")


def search(
    index: DocumentIndex,
    words: str,
    collections: Sequence[str] = (),
    limit: int = 20,
    dense: DenseRetriever | None = None,
) -> list[Hit]:
    """The passages that match ``words`` best, best first; scores are above 0.

    Args:
        index: finds the candidates.
        words: of any language.
        collections: where to look; everywhere where none is named.
        limit: how many passages at the most.
        dense: finds further candidates by their vectors.
    """
    hits = index.search(words, collections, max(limit, DEPTH))
    near = dense.search({words: hits}, collections, DEPTH)[words] if dense else NOTHING
    hits = fused(hits, near)
    scored = zip(hits, scores(Scope(index, collections), words, hits, near), strict=True)
    ranked = [hit._replace(score=score) for hit, score in scored]
    return sorted(ranked, key=lambda hit: -hit.score)[:limit]


def scores(scope: Scope, words: str, hits: Sequence[Hit], near: Near = NOTHING) -> list[float]:
    """A score above 0 for each of the hits that were found for ``words`` in ``scope``.

    Without vectors, those after the first ``DEPTH`` stay behind them, in their order.
    """
    first, rest = (hits, ()) if near.nearness else (hits[:DEPTH], hits[DEPTH:])
    if not first:
        return []
    close = nearness(first, near)
    found = features(query(scope, words), first, titles(scope.index, first), close)
    counted = weights("meaning" if near.nearness else "words")
    read = [sum(map(mul, counted, each)) for each in found]
    scale = min(read) / first[-1].score
    return [*read, *(scale * hit.score for hit in rest)]


def titles(index: DocumentIndex, hits: Sequence[Hit]) -> dict[str, str]:
    """The titles of the sources of some hits, by the sources' ids."""
    return {name: index.source(name).title for name in {hit.passage.source_id for hit in hits}}


@cache
def weights(way: str) -> Features:
    """What each feature counts: the fitted weights that the package ships.

    Args:
        way: ``words`` where these alone are searched, ``meaning`` where vectors are as well.
    """
    return Features(**json.loads(_WEIGHTS.read_text("utf-8"))[way])
