"""The scores of the specialists over the rounds of a report."""

from __future__ import annotations

from virtual_lab.domain import Report

HIGHEST_SCORE = 5


def score_rows(report: Report) -> list[tuple[str, tuple[int | None, ...]]]:
    """The role of each specialist and its score in each round; None where it has none."""
    given = {(entry.number, s.specialist): s for entry in report.rounds for s in entry.scores}
    roles = {specialist: score.role for (_, specialist), score in given.items()}
    return [
        (
            role,
            tuple(
                score.score if (score := given.get((entry.number, specialist))) else None
                for entry in report.rounds
            ),
        )
        for specialist, role in roles.items()
    ]
