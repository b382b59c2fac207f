"""The reranking: candidates from the index are put in order by a weighted sum of features.

The candidates are the best passages by BM25 and, where passages have vectors, those nearest to the
query. ``features.py`` describes each by numbers; ``benchmarks/fit_ranking.py`` fits their weights
and writes them to ``rerank_weights.json``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from operator import mul
from pathlib import Path
from typing import TYPE_CHECKING

from virtual_lab.library.index import DocumentIndex, Hit, Scope
from virtual_lab.retrieval.features import Features, features, weigh_query
from virtual_lab.retrieval.hybrid import NO_MATCHES, VectorMatches, merge_candidates, similarities

if TYPE_CHECKING:
    from virtual_lab.retrieval.dense import DenseRetriever

DEPTH = 50
"""How many candidates are ranked again; more did not help (docs/benchmarks.md)."""

_WEIGHTS_FILE = Path(__file__).with_name("rerank_weights.json")


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
        words: the query, in any language.
        collections: the collections to search; all of them where it is empty.
        limit: how many passages at most.
        dense: finds further candidates by their vectors.
    """
    hits = index.search(words, collections, max(limit, DEPTH))
    matches = dense.search({words: hits}, collections, DEPTH)[words] if dense else NO_MATCHES
    hits = merge_candidates(hits, matches)
    scored = zip(hits, scores(Scope(index, collections), words, hits, matches), strict=True)
    ranked = [hit._replace(score=score) for hit, score in scored]
    return sorted(ranked, key=lambda hit: -hit.score)[:limit]


def scores(
    scope: Scope, words: str, hits: Sequence[Hit], matches: VectorMatches = NO_MATCHES
) -> list[float]:
    """The scores of the hits for the query ``words``, in their order, each above 0.

    Without vectors, hits after the first ``DEPTH`` keep their order behind those.
    """
    first, rest = (hits, ()) if matches.similarity else (hits[:DEPTH], hits[DEPTH:])
    if not first:
        return []
    found = features(
        weigh_query(scope, words),
        first,
        titles(scope.index, first),
        similarities(first, matches),
    )
    fitted = weights("vectors" if matches.similarity else "words")
    sums = [sum(map(mul, fitted, each)) for each in found]
    scale = min(sums) / first[-1].score
    return [*sums, *(scale * hit.score for hit in rest)]


def titles(index: DocumentIndex, hits: Sequence[Hit]) -> dict[str, str]:
    """The titles of the sources of some hits, by the sources' ids."""
    return {name: index.source(name).title for name in {hit.passage.source_id for hit in hits}}


@cache
def weights(kind: str) -> Features:
    """The fitted weight of each feature.

    Args:
        kind: ``words`` for a search by words alone, ``vectors`` for one by vectors as well.
    """
    return Features(**json.loads(_WEIGHTS_FILE.read_text("utf-8"))[kind])
