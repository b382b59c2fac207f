"""Fit the weights of the ranking (virtual_lab.retrieval.rerank).

    python -m benchmarks.fit_ranking FOLDER ... [--out WEIGHTS] [--without NAME ...]
                                     [--keep FOLDER] [--vectors URL MODEL]
                                     [--query-prefix TEXT] [--passage-prefix TEXT]

Reads retrieval sets in the BEIR layout and writes the file of weights that the package ships: of
words alone, or with --vectors those of words and meaning. With --keep each set has its index and
its vectors in a folder of its name there, as ``benchmarks.retrieval`` keeps them.
Only the tuning half of their queries is read; every set counts the same. The loss is ListNet's
(Cao et al., ICML 2007): the cross entropy of the relevant passages among those that are ranked.
A weight is 0 or more, so that a score is a sum of what speaks for a passage. Prints what four-fold
cross-validation within the tuning half gives. Needs scipy, here only.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks import vectors
from benchmarks.beir import Asked, fill, queries
from benchmarks.retrieval import ndcg, recall
from virtual_lab.bootstrap.library import open_index
from virtual_lab.bootstrap.retriever import open_retriever
from virtual_lab.library.index import DocumentIndex, Hit, Scope
from virtual_lab.retrieval import rerank
from virtual_lab.retrieval.features import Features, features, weigh_query
from virtual_lab.retrieval.hybrid import NO_MATCHES, VectorMatches, merge_candidates, similarities
from virtual_lab.retrieval.rerank import DEPTH
from virtual_lab.settings import Settings

try:
    from scipy.optimize import minimize
except ImportError as error:
    raise SystemExit("fitting needs scipy: pip install scipy") from error

WEIGHTS = Path(__file__).parents[1] / "src/virtual_lab/retrieval/rerank_weights.json"
FOLDS = 4
AT_ONCE = 32  # queries whose vectors are asked for with one request
PENALTY = 0.001  # on the square of the weights


class Ranked(NamedTuple):
    """The candidates of one query: their features, their records, and which are relevant."""

    features: NDArray[np.float64]
    records: list[str]
    gains: Mapping[str, int]
    relevant: NDArray[np.float64]


def main() -> None:
    """Fit on all sets together and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--without", nargs="*", default=[], choices=Features._fields)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the indexes there")
    vectors.add_options(parser)
    arguments = parser.parse_args()
    used = np.array([name not in arguments.without for name in Features._fields])
    sets: dict[str, list[Ranked]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for folder in arguments.sets:
            kept = (arguments.keep or Path(scratch)) / folder.name
            sets[folder.name] = load(folder, vectors.settings_of(arguments, kept))
    validated = validate(sets, used)
    weights = fit(list(sets.values()), used)
    named = {n: round(float(w), 3) for n, w in zip(Features._fields, weights, strict=True)}
    print(json.dumps({"benchmark": "fit_ranking", "validated": validated, "weights": named}))
    written = json.loads(arguments.out.read_text("utf-8")) if arguments.out.exists() else {}
    written["vectors" if arguments.vectors else "words"] = named
    arguments.out.write_text(json.dumps(written, indent=1) + "\n", "utf-8")


def load(folder: Path, settings: Settings) -> list[Ranked]:
    """The candidates of all queries of the tuning half."""
    loaded: list[Ranked] = []
    tuning = [asked for asked in queries(folder) if asked.tuning]
    with closing(open_index(settings)) as index:
        records = fill(index, folder)
        vectors.embed(index, settings)
        with open_retriever(settings, index) as retriever:
            for start in range(0, len(tuning), AT_ONCE):
                part = tuning[start : start + AT_ONCE]
                found = {asked.text: index.search(asked.text, limit=DEPTH) for asked in part}
                near: Mapping[str, VectorMatches] = {}
                if dense := retriever.dense:
                    near = dense.search(found, (), DEPTH)
                    if dense.problem:
                        raise SystemExit(dense.problem)
                for asked in part:
                    here = near.get(asked.text, NO_MATCHES)
                    hits = merge_candidates(found[asked.text], here)
                    loaded.append(_ranked(index, asked, hits, here, records))
    return loaded


def _ranked(
    index: DocumentIndex,
    asked: Asked,
    hits: Sequence[Hit],
    near: VectorMatches,
    records: Mapping[str, str],
) -> Ranked:
    read = (
        features(
            weigh_query(Scope(index), asked.text),
            hits,
            rerank.titles(index, hits),
            similarities(hits, near),
        )
        if hits
        else np.empty((0, len(Features._fields)))
    )
    names = [records[hit.passage.id] for hit in hits]
    relevant = np.array([float(asked.gains.get(name, 0) > 0) for name in names])
    return Ranked(np.array(read), names, asked.gains, relevant)


def validate(
    sets: Mapping[str, Sequence[Ranked]], used: NDArray[np.bool_]
) -> dict[str, dict[str, float]]:
    """The figures of each set, each query ranked by weights that were fitted without it."""
    figures: dict[str, list[tuple[float, float]]] = {name: [] for name in sets}
    for fold in range(FOLDS):
        training = [[r for i, r in enumerate(rows) if i % FOLDS != fold] for rows in sets.values()]
        weights = fit(training, used)
        for name, rows in sets.items():
            for ranked in rows[fold::FOLDS]:
                order = np.argsort(-(ranked.features @ weights), kind="stable")
                names = [ranked.records[place] for place in order]
                figures[name].append((ndcg(names, ranked.gains), recall(names, ranked.gains)))
    return {
        name: {
            "ndcg@10": round(statistics.fmean(pair[0] for pair in found), 4),
            "recall@10": round(statistics.fmean(pair[1] for pair in found), 4),
        }
        for name, found in figures.items()
    }


def fit(sets: Sequence[Sequence[Ranked]], used: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The weights of the features; 0 for those that are not ``used``."""
    answered = [[ranked for ranked in rows if ranked.relevant.any()] for rows in sets]
    every = [ranked for rows in answered for ranked in rows]
    features = np.vstack([ranked.features for ranked in every])
    wanted = np.concatenate([ranked.relevant / ranked.relevant.sum() for ranked in every])
    lengths = np.array([len(ranked.records) for ranked in every])
    starts = np.cumsum(lengths) - lengths
    counts = np.repeat([1 / len(rows) for rows in answered for _ in rows], lengths)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = features @ weights
        scores -= np.repeat(np.maximum.reduceat(scores, starts), lengths)
        scores -= np.repeat(np.log(np.add.reduceat(np.exp(scores), starts)), lengths)
        slope = features.T @ (counts * (np.exp(scores) - wanted))
        total = PENALTY * weights @ weights - (counts * wanted) @ scores
        return float(total), slope + 2 * PENALTY * weights

    bounds = [(0.0, None if use else 0.0) for use in used]
    start = np.where(used, 0.1, 0.0)
    result = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    return np.asarray(result.x, dtype=np.float64)


if __name__ == "__main__":
    main()
