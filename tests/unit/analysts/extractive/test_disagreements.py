"""Two statements differ in their figures, or in being negated."""

from __future__ import annotations

import pytest

from virtual_lab.analysts.extractive.disagreements import differing_numbers, negates


@pytest.mark.parametrize(
    ("first", "second", "about"),
    [
        ("a threshold of 0.9 %", "a threshold of 5 %", "0.9 % / 5 %"),
        ("영업정지 15일의 처분", "영업정지 30일의 처분", "15 일 / 30 일"),
        ("for 90 days", "for 90 days", ""),
        ("for 90 days", "for 28 days and for 90 days", ""),
        ("for 90 days", "at 5 mg/kg", ""),
        ("Article 5", "Article 6", ""),
    ],
)
def test_figures_of_one_unit_are_compared(first: str, second: str, about: str) -> None:
    assert differing_numbers(first, second) == about


@pytest.mark.parametrize(
    ("first", "second", "differ"),
    [
        ("It is required.", "It is not required.", True),
        ("처분은 위법하다.", "처분은 위법하지 않다.", True),
        ("It is never not required.", "It is required.", False),
        ("It is not required.", "It cannot be required.", False),
        ("A notice is given.", "It is noted.", False),
    ],
)
def test_negation_is_counted(first: str, second: str, differ: bool) -> None:
    assert negates(first, second) is differ
