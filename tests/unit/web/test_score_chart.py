"""The chart of scores."""

from __future__ import annotations

from virtual_lab.domain import Critique, Event, EventKind, Plan, Specialist
from virtual_lab.web.board import Board
from virtual_lab.web.score_chart import Chart, score_chart


def chart_of(*scores: tuple[str, int, int]) -> Chart | None:
    """The chart of a team of a, b and c; each score is a specialist, a round and a score."""
    team = tuple(Specialist(id=name, role=name, focus="") for name in "abc")
    given = [(EventKind.PLANNED, Plan(specialists=team))] + [
        (EventKind.CRITIQUED, Critique(specialist=name, round=number, score=score))
        for name, number, score in scores
    ]
    events = [
        Event(kind=kind, current=0, total=1, status="", data=data.model_dump(mode="json"))
        for kind, data in given
    ]
    return score_chart(Board.of(events))


def test_before_the_critic_spoke_there_is_no_chart() -> None:
    assert chart_of() is None


def test_a_higher_score_stands_higher_and_a_later_round_further_right() -> None:
    chart = chart_of(("a", 1, 2), ("a", 2, 4))
    assert chart
    first, second = chart.curves[0].points
    assert first.x < second.x < chart.width
    assert 0 < second.y < first.y < chart.height
    assert [number for number, _ in chart.columns] == [1, 2]


def test_equal_scores_lie_beside_each_other() -> None:
    chart = chart_of(("a", 1, 3), ("b", 1, 3), ("c", 1, 3))
    assert chart
    heights = [curve.points[0].y for curve in chart.curves]
    assert len(set(heights)) == 3
    assert heights[1] == dict(chart.rows)[3]


def test_a_specialist_without_a_score_has_no_line() -> None:
    chart = chart_of(("c", 1, 3))
    assert chart
    assert [curve.lane.number for curve in chart.curves] == [3]
