"""Fit the weights of the claim checker (virtual_lab.verification.claim_support).

    python -m benchmarks.fit_support FOLDER_OR_FILE ... [--out WEIGHTS]

Reads claim sets (JSON lines with claim, evidence and label; a folder stands for its *.jsonl) and
writes the file of weights that the package ships. Every set counts the same, and within a set
supported pairs count as much as the rest, so that a probability of 0.5 is the place to decide.
Claims with the evidence of other claims are added, as examples of no support.

Needs scikit-learn, here only: the trees are exported as plain numbers. A fixed seed makes the
result the same on every run with the same versions.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from virtual_lab.verification.claim_support import features

try:
    from sklearn.ensemble import GradientBoostingClassifier
except ImportError as error:
    raise SystemExit("fitting needs scikit-learn: pip install scikit-learn") from error

WEIGHTS = Path(__file__).parents[1] / "src/virtual_lab/verification/claim_support_weights.json"
SIGNIFICANT_DIGITS = 6
SET_WEIGHT = 1000.0
UNRELATED = 0.25  # Pairs of unrelated texts for each pair of a set.
UNRELATED_WEIGHT = 0.2  # Of all of them together, to that of their set.

# Written for this file. Their probabilities are stored with the weights, and a test compares them
# with those of the running code: it fails where a change of the features calls for a new fit.
CHECKS = (
    (
        "The additive increased body weight in rats.",
        "Rats that received the additive gained weight. No deaths occurred.",
    ),
    (
        "The additive did not affect the kidneys.",
        "Body weight fell in both groups. Changes in the kidneys were seen at the highest dose.",
    ),
    (
        "Novel foods need an authorisation before they are sold.",
        "Under the regulation, a novel food may be placed on the market only once authorised.",
    ),
    ("Bees see ultraviolet light.", "The bridge was opened in 1932 and rebuilt in 1978."),
    (
        "영업자는 시설 기준을 지켜야 한다.",
        "식품 영업을 하려는 자는 시설 기준에 맞는 시설을 갖추어야 한다.",
    ),
    ("원고는 허가를 받지 않았다.", "원고는 2015년 3월 구청장에게서 영업 허가를 받았다."),
    ("그 강은 매우 길다.", "아이들은 오후에 학교에서 노래를 불렀다."),
)


class Pairs(NamedTuple):
    """Claims with their evidence and whether it supports them."""

    texts: list[tuple[str, str]]
    supported: NDArray[np.bool_]


def main() -> None:
    """Fit on all sets together and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    files = [file for path in arguments.sets for file in (sorted(path.glob("*.jsonl")) or [path])]
    weights = fit([load(file) for file in files], arguments.seed)
    arguments.out.write_text(
        json.dumps(weights, separators=(",", ":"), ensure_ascii=False), "utf-8"
    )
    print(
        json.dumps(
            {
                "sets": [file.name for file in files],
                "trees": len(weights["roots"]),
                "nodes": len(weights["cut"]),
                "bytes": arguments.out.stat().st_size,
            }
        )
    )


def load(file: Path) -> Pairs:
    """A claim set; contradicted and unsupported are one: not supported."""
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line]
    texts = [(row["claim"], row["evidence"]) for row in rows]
    return Pairs(texts, np.array([row["label"] == "supported" for row in rows]))


def fit(sets: Sequence[Pairs], seed: int = 0) -> dict[str, Any]:
    """The weights for SupportModel, fitted on all pairs of the sets and on unrelated ones."""
    others = [unrelated(pairs, seed) for pairs in sets]
    found = [features(*texts) for pairs in [*sets, *others] for texts in pairs.texts]
    names = list(found[0])
    boosting = GradientBoostingClassifier(
        init="zero",
        n_estimators=150,
        learning_rate=0.05,
        max_depth=3,
        min_samples_leaf=20,
        subsample=0.7,
        max_features=0.3,
        random_state=seed,
    )
    boosting.fit(
        _matrix(found, names),
        np.concatenate([pairs.supported for pairs in [*sets, *others]]),
        np.concatenate(
            [_balance(pairs.supported) for pairs in sets]
            + [np.full(len(o.texts), SET_WEIGHT * UNRELATED_WEIGHT / len(o.texts)) for o in others]
        ),
    )
    nodes: dict[str, list[Any]] = {"roots": [], "feature": [], "cut": [], "right": []}
    for (estimator,) in boosting.estimators_:
        nodes["roots"].append(len(nodes["cut"]))
        _append(nodes, estimator.tree_, 0, boosting.learning_rate)
    examples = _matrix([features(*texts) for texts in CHECKS], names)
    probabilities = boosting.predict_proba(examples)[:, 1]
    checks = [
        [claim, evidence, _round(probability)]
        for (claim, evidence), probability in zip(CHECKS, probabilities, strict=True)
    ]
    return {"features": names, **nodes, "checks": checks}


def unrelated(pairs: Pairs, seed: int) -> Pairs:
    """Claims of a set with the evidence of others: not supported.

    In the sets all evidence is about the claim, so a model would not learn what a user takes for
    granted: that a text on something else supports nothing.
    """
    number = round(len(pairs.texts) * UNRELATED)
    chosen = np.random.default_rng(seed).choice(len(pairs.texts), (number, 2))
    couples = [(pairs.texts[i], pairs.texts[j]) for i, j in chosen]
    texts = [(one[0], other[1]) for one, other in couples if one[1] != other[1]]
    return Pairs(texts, np.zeros(len(texts), dtype=np.bool_))


def _matrix(found: Sequence[dict[str, float]], names: Sequence[str]) -> NDArray[np.float64]:
    return np.array([[values[name] for name in names] for values in found])


def _balance(supported: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Weights by which both answers count the same, and every set the same as another."""
    share = supported.mean()
    weights: NDArray[np.float64] = np.where(supported, 0.5 / share, 0.5 / (1 - share))
    return weights * (SET_WEIGHT / len(supported))


def _append(nodes: dict[str, list[Any]], tree: Any, node: int, rate: float) -> None:
    """The nodes below ``node`` in preorder, a leaf with the feature -1 and its value as cut."""
    at = len(nodes["cut"])
    leaf = tree.children_left[node] < 0
    nodes["feature"].append(-1 if leaf else int(tree.feature[node]))
    nodes["cut"].append(_round(rate * tree.value[node][0][0] if leaf else tree.threshold[node]))
    nodes["right"].append(0)
    if not leaf:
        _append(nodes, tree, tree.children_left[node], rate)
        nodes["right"][at] = len(nodes["cut"])
        _append(nodes, tree, tree.children_right[node], rate)


def _round(value: float) -> float:
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}")


if __name__ == "__main__":
    main()
