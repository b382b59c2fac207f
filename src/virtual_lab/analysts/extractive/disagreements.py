"""Disagreements: whether two statements on the same matter differ in figures or in a negation."""

from __future__ import annotations

import re
from collections import defaultdict

_QUANTITY = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)*)\s?(?P<unit>%|percent|mg(?:/kg)?|g(?:/kg)?|kg|µg|days?|months?"
    r"|years?|weeks?|hours?|nucleotides?|bp|amino acids?|일|개월|년|시간|만\s?원|원|배)(?![a-z])"
)
_NEGATION = re.compile(
    r"\b(?:not|no|never|without|cannot|neither|nor)\b|아니|않|없|못하|불가", re.IGNORECASE
)


def differing_numbers(first: str, second: str) -> str:
    """The first quantities of one unit in which two texts differ, as "0.9 % / 5 %"; "" if none do.

    Texts do not differ where one names all quantities of the other and more.
    """
    mine, others = _quantities(first), _quantities(second)
    for unit in mine.keys() & others.keys():
        if not (mine[unit] <= others[unit] or others[unit] <= mine[unit]):
            return " / ".join(f"{', '.join(sorted(q[unit]))} {unit}" for q in (mine, others))
    return ""


def negates(first: str, second: str) -> bool:
    """Whether one of two texts is negated and the other is not."""
    return len(_NEGATION.findall(first)) % 2 != len(_NEGATION.findall(second)) % 2


def contradicts(first: str, second: str) -> bool:
    """Whether two texts in nearly the same words disagree by a negation or by numbers."""
    return negates(first, second) or bool(differing_numbers(first, second))


def _quantities(text: str) -> dict[str, set[str]]:
    """The numbers of a text, by their unit."""
    found: dict[str, set[str]] = defaultdict(set)
    for match in _QUANTITY.finditer(text):
        found[match["unit"]].add(match["number"])
    return found
