"""Whether a claim is supported by its evidence text, decided without any language model.

``mismatches`` holds the hard checks, which can be explained: a number, unit, negation, name or
identifier that the evidence does not carry. ``support`` adds a fitted estimate from the words that
claim and evidence share. Both are deterministic and work on the texts alone.

The estimate is a gradient-boosted ensemble of small decision trees (Friedman, Annals of Statistics
29(5), 2001) over ``features``; ``benchmarks/fit_support.py`` makes its file of weights.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from virtual_lab.messages import Message
from virtual_lab.verification.claim_text import read
from virtual_lab.verification.features import features, measure
from virtual_lab.verification.rules import Kind, check, is_verbatim, mismatches

__all__ = ["Support", "SupportModel", "features", "mismatches", "shipped_model", "support"]

_WEIGHTS = Path(__file__).with_name("claim_support_weights.json")
# A missing name does not decide alone: evidence may have it as a pronoun or in another spelling.
_DECIDING: frozenset[Kind] = frozenset({"number", "unit", "negation", "opposite", "direction"})


class Support(NamedTuple):
    """What can be said of a claim and its evidence.

    ``probability`` that the evidence supports the claim, where both answers were equally likely
    beforehand; ``supported``, the decision; ``reasons``, the hard checks that failed; ``settled``,
    whether the texts decide by themselves: the claim stands in the evidence, or a check forbids it.
    """

    probability: float
    supported: bool
    reasons: tuple[Message, ...] = ()
    settled: bool = False


class SupportModel:
    """A sum of decision trees over named features.

    The nodes of all trees lie in one list, a node's left child right after it. A leaf has the
    feature -1 and its value as cut.
    """

    def __init__(self, weights: Mapping[str, Any]) -> None:
        self.features: Sequence[str] = weights["features"]
        self._roots: Sequence[int] = weights["roots"]
        self._feature: Sequence[int] = weights["feature"]
        self._cut: Sequence[float] = weights["cut"]
        self._right: Sequence[int] = weights["right"]

    def probability(self, found: Mapping[str, float]) -> float:
        """The probability of support, given the features by name."""
        values = [found[name] for name in self.features]
        feature, cut, right = self._feature, self._cut, self._right
        total = 0.0
        for node in self._roots:
            while (index := feature[node]) >= 0:
                node = node + 1 if values[index] <= cut[node] else right[node]
            total += cut[node]
        return 1.0 / (1.0 + math.exp(-total))


def support(claim: str, evidence: str, model: SupportModel | None = None) -> Support:
    """Whether the evidence supports the claim.

    Args:
        claim: one statement, in the language of the evidence. Between languages no words are
            shared, so only ``reasons`` says something.
        evidence: the text that the claim rests on.
        model: another model than the one that is shipped.
    """
    said, carried = read(claim), read(evidence)
    if is_verbatim(said, carried):
        return Support(1.0, True, settled=True)
    model = model or shipped_model()
    failed = check(said, carried)
    probability = model.probability(measure(said, carried, failed))
    forbidden = any(mismatch.kind in _DECIDING for mismatch in failed)
    reasons = tuple(mismatch.why for mismatch in failed)
    return Support(probability, probability >= 0.5 and not forbidden, reasons, forbidden)


@lru_cache(maxsize=1)
def shipped_model() -> SupportModel:
    """The model that comes with the package."""
    return SupportModel(json.loads(_WEIGHTS.read_text("utf-8")))
