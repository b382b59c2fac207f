"""Claim support: whether a claim is supported by its evidence, decided without a language model.

``mismatches`` gives the rules that a claim breaks: a number, unit, negation, name or identifier
that is missing in the evidence. ``support`` adds an estimate from the words that claim and evidence
share. Both are deterministic and see only the two texts.

The estimate is a gradient-boosted ensemble of small decision trees (Friedman, Annals of Statistics
29(5), 2001) over ``features``; ``benchmarks/fit_support.py`` writes its file of weights.
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
from virtual_lab.verification.features import features, features_of_texts
from virtual_lab.verification.rules import Kind, check, is_verbatim, mismatches

__all__ = ["Support", "SupportModel", "features", "mismatches", "shipped_model", "support"]

_WEIGHTS_FILE = Path(__file__).with_name("claim_support_weights.json")
# Names and identifiers are left out: evidence may use a pronoun or another spelling.
_DECISIVE_KINDS: frozenset[Kind] = frozenset(
    {"number", "unit", "negation", "opposite", "direction"}
)


class Support(NamedTuple):
    """Whether a claim is supported by its evidence.

    Attributes:
        probability: the estimate that the evidence supports the claim, from 0 to 1, with a prior of
            one half.
        supported: the decision.
        reasons: the rules that the claim breaks.
        settled: whether the decision needs no estimate: the claim stands in the evidence word for
            word, or breaks a rule that decides.
    """

    probability: float
    supported: bool
    reasons: tuple[Message, ...] = ()
    settled: bool = False


class SupportModel:
    """A sum of decision trees over named features.

    Args:
        weights: the names of ``features``, and the nodes of all trees in parallel lists:
            ``feature`` (an index into the names; -1 for a leaf), ``cut`` (the threshold; the value
            of a leaf) and ``right`` (the place of the right child; the left one follows its
            parent). ``roots`` holds the place of each tree's root.
    """

    def __init__(self, weights: Mapping[str, Any]) -> None:
        self.features: Sequence[str] = weights["features"]
        self._roots: Sequence[int] = weights["roots"]
        self._feature: Sequence[int] = weights["feature"]
        self._cut: Sequence[float] = weights["cut"]
        self._right: Sequence[int] = weights["right"]

    def probability(self, values_by_name: Mapping[str, float]) -> float:
        """The probability of support, from 0 to 1, given the features by name."""
        values = [values_by_name[name] for name in self.features]
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
        claim: one statement, in the language of the evidence. In another language it shares no
            words with it, so that only ``reasons`` are meaningful.
        evidence: the text that is to support the claim.
        model: the model of the estimate; the shipped one where None.
    """
    claim_text, evidence_text = read(claim), read(evidence)
    if is_verbatim(claim_text, evidence_text):
        return Support(1.0, True, settled=True)
    model = model or shipped_model()
    broken = check(claim_text, evidence_text)
    probability = model.probability(features_of_texts(claim_text, evidence_text, broken))
    forbidden = any(mismatch.kind in _DECISIVE_KINDS for mismatch in broken)
    reasons = tuple(mismatch.why for mismatch in broken)
    return Support(probability, probability >= 0.5 and not forbidden, reasons, forbidden)


@lru_cache(maxsize=1)
def shipped_model() -> SupportModel:
    """The model that comes with the package."""
    return SupportModel(json.loads(_WEIGHTS_FILE.read_text("utf-8")))
