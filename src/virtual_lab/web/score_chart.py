"""The score chart of a run: a line for each specialist over the rounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from virtual_lab.report.scores import HIGHEST_SCORE
from virtual_lab.web.board import Board, SpecialistRow

# All lengths are in the units of the drawing.
_LEFT, _TOP, _COLUMN, _STEP = 26, 10, 84, 22
_RIGHT = 40
# The distance between lines with the same scores.
_LINE_OFFSET = 4


class Point(NamedTuple):
    """A score, and the place where it is drawn."""

    x: float
    y: float
    score: int


class ScoreLine(NamedTuple):
    """The scores of one specialist, from round to round."""

    lane: SpecialistRow
    points: list[Point]

    @property
    def path(self) -> str:
        """The points of the line, in the syntax of SVG."""
        return " ".join(f"{point.x:g},{point.y:g}" for point in self.points)


class Chart(NamedTuple):
    """A drawing of ``width`` by ``height``; ``rows`` are scores with their y coordinates, and
    ``columns`` are rounds with their x coordinates."""

    width: int
    height: int
    rows: list[tuple[int, int]]
    columns: list[tuple[int, int]]
    curves: list[ScoreLine]


def score_chart(board: Board) -> Chart | None:
    """The chart of a board; None where there are no scores yet."""
    scored = [lane for lane in board.lanes.values() if lane.scores]
    if not scored:
        return None
    rounds = sorted({number for lane in scored for number in lane.scores})
    columns = [(number, _LEFT + _COLUMN * place) for place, number in enumerate(rounds)]
    bottom = _TOP + _STEP * (HIGHEST_SCORE - 1)
    return Chart(
        width=columns[-1][1] + _RIGHT,
        height=bottom + 24,
        rows=[(score, _height(score)) for score in range(1, HIGHEST_SCORE + 1)],
        columns=columns,
        curves=_curves(scored, dict(columns)),
    )


def _curves(lanes: Sequence[SpecialistRow], columns: dict[int, int]) -> list[ScoreLine]:
    middle = (len(lanes) - 1) / 2
    return [
        ScoreLine(
            lane,
            [
                Point(columns[number], _height(score) + _LINE_OFFSET * (place - middle), score)
                for number, score in sorted(lane.scores.items())
            ],
        )
        for place, lane in enumerate(lanes)
    ]


def _height(score: int) -> int:
    return _TOP + _STEP * (HIGHEST_SCORE - score)
