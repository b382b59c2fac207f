"""The scores of the specialists, row by row."""

from __future__ import annotations

from virtual_lab.domain import Report, Round, SpecialistScore
from virtual_lab.report.scores import score_rows


def rounds(*scores: dict[str, int]) -> tuple[Round, ...]:
    return tuple(
        Round(
            number=number,
            scores=tuple(
                SpecialistScore(specialist=role, role=role, score=score, findings=0)
                for role, score in given.items()
            ),
        )
        for number, given in enumerate(scores, 1)
    )


def test_a_specialist_without_a_score_in_a_round_has_none(english_report: Report) -> None:
    report = english_report.model_copy(update={"rounds": rounds({"A": 1}, {"A": 3, "B": 2})})
    assert score_rows(report) == [("A", (1, 3)), ("B", (None, 2))]


def test_without_rounds_there_are_no_rows(english_report: Report) -> None:
    assert score_rows(english_report.model_copy(update={"rounds": ()})) == []
