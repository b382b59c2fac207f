"""Fit the weights of the ranking (virtual_lab.evidence.ranking).

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
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks import vectors
from benchmarks.beir import fill, queries
from benchmarks.retrieval import ndcg, recall
from virtual_lab.evidence import ranking
from virtual_lab.evidence.document_index import Scope
from virtual_lab.evidence.fusion import NOTHING, fused, nearness
from virtual_lab.evidence.opening import open_gatherer, open_index
from virtual_lab.evidence.ranking import DEPTH, Features
from virtual_lab.settings import Settings

try:
    from scipy.optimize import minimize
except ImportError as error:
    raise SystemExit("fitting needs scipy: pip install scipy") from error

WEIGHTS = Path(__file__).parents[1] / "src/virtual_lab/evidence/ranking_weights.json"
FOLDS = 4
PENALTY = 0.001  # on the square of the weights


class Ranked(NamedTuple):
    """The candidates of one query: their features, their records, and which are relevant."""

    features: NDArray[np.float64]
    records: list[str]
    gains: dict[str, int]
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
    validated = {name: validate(sets, name, used) for name in sets}
    weights = fit(list(sets.values()), used)
    named = {n: round(float(w), 3) for n, w in zip(Features._fields, weights, strict=True)}
    print(json.dumps({"benchmark": "fit_ranking", "validated": validated, "weights": named}))
    written = json.loads(arguments.out.read_text("utf-8")) if arguments.out.exists() else {}
    written["meaning" if arguments.vectors else "words"] = named
    arguments.out.write_text(json.dumps(written, indent=1) + "\n", "utf-8")


def load(folder: Path, settings: Settings) -> list[Ranked]:
    """The candidates of all queries of the tuning half."""
    loaded: list[Ranked] = []
    with closing(open_index(settings)) as index:
        records = fill(index, folder)
        vectors.embed(index, settings)
        with open_gatherer(settings, index) as gatherer:
            meaning = gatherer.meaning
            for asked in filter(lambda query: query.tuning, queries(folder)):
                text, hits = asked.text, index.search(asked.text, limit=DEPTH)
                near = meaning.search({text: hits}, (), DEPTH)[text] if meaning else NOTHING
                if not (hits := fused(hits, near)):
                    continue
                query = ranking.query(Scope(index), text)
                close = nearness(hits, near)
                found = ranking.features(query, hits, ranking.titles(index, hits), close)
                names = [records[hit.passage.id] for hit in hits]
                relevant = np.array([float(asked.gains.get(name, 0) > 0) for name in names])
                loaded.append(Ranked(np.array(found), names, dict(asked.gains), relevant))
    return loaded


def validate(sets: dict[str, list[Ranked]], name: str, used: NDArray[np.bool_]) -> dict[str, float]:
    """The figures of one set, each query ranked by weights that were fitted without it."""
    found: list[tuple[float, float]] = []
    for fold in range(FOLDS):
        training = [[r for i, r in enumerate(rows) if i % FOLDS != fold] for rows in sets.values()]
        weights = fit(training, used)
        for ranked in sets[name][fold::FOLDS]:
            order = np.argsort(-(ranked.features @ weights), kind="stable")
            names = [ranked.records[place] for place in order]
            found.append((ndcg(names, ranked.gains), recall(names, ranked.gains)))
    return {
        "ndcg@10": round(statistics.fmean(pair[0] for pair in found), 4),
        "recall@10": round(statistics.fmean(pair[1] for pair in found), 4),
    }


def fit(sets: Sequence[Sequence[Ranked]], used: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The weights of the features; 0 for those that are not ``used``."""
    answered = [[ranked for ranked in rows if ranked.relevant.any()] for rows in sets]

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = PENALTY * float(weights @ weights), 2 * PENALTY * weights
        for rows in answered:
            for ranked in rows:
                scores = ranked.features @ weights
                chance = np.exp(scores - scores.max())
                chance /= chance.sum()
                wanted = ranked.relevant / ranked.relevant.sum()
                total -= float(wanted @ np.log(chance + 1e-12)) / len(rows)
                slope += ranked.features.T @ (chance - wanted) / len(rows)
        return total, slope

    bounds = [(0.0, None if use else 0.0) for use in used]
    start = np.where(used, 0.1, 0.0)
    result = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    return np.asarray(result.x, dtype=np.float64)


if __name__ == "__main__":
    main()
