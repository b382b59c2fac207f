"""The chart of scores, read as XML."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from virtual_lab.domain import Report, Round, SpecialistScore
from virtual_lab.report.chart import render_score_chart, score_rows

SVG = "{http://www.w3.org/2000/svg}"


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


def drawn(report: Report) -> ElementTree.Element:
    return ElementTree.fromstring(render_score_chart(report))  # noqa: S314 - our own drawing


def texts(chart: ElementTree.Element, name: str) -> list[str]:
    return [
        "".join(text.itertext()) for text in chart.iter(f"{SVG}text") if text.get("class") == name
    ]


def test_a_specialist_without_a_score_in_a_round_is_said_to_have_none(
    english_report: Report,
) -> None:
    report = english_report.model_copy(update={"rounds": rounds({"A": 1}, {"A": 3, "B": 2})})
    assert score_rows(report) == [("A", (1, 3)), ("B", (None, 2))]
    assert texts(drawn(report), "unscored") == ["not scored"]


def test_blocks_fill_with_the_score(english_report: Report) -> None:
    report = english_report.model_copy(update={"rounds": rounds({"A": 1, "B": 5}, {"A": 3})})
    chart = drawn(report)
    assert texts(chart, "round") == ["Round 1", "Round 2"]
    assert texts(chart, "score") == ["1", "3", "5"]
    blocks = [block.get("class") for block in chart.iter(f"{SVG}rect")]
    assert blocks.count("full") == 1 + 3 + 5
    assert len(blocks) == 3 * 5


@pytest.mark.parametrize("count", [1, 2, 5])
def test_everything_lies_within_the_drawing(count: int, english_report: Report) -> None:
    report = english_report.model_copy(update={"rounds": rounds(*[{"가" * 90: 5}] * count)})
    chart = drawn(report)
    width = float(chart.get("width", "0"))
    assert width <= 600
    for block in chart.iter(f"{SVG}rect"):
        assert float(block.get("x", "0")) + float(block.get("width", "0")) < width
    assert "…" in texts(chart, "role")[0]


def test_a_role_cannot_become_markup(english_report: Report) -> None:
    role = '</text><script>alert("1")</script>\x00&'
    chart = drawn(english_report.model_copy(update={"rounds": rounds({role: 2})}))
    assert list(chart.iter(f"{SVG}script")) == []
    (title,) = chart.iter(f"{SVG}title")
    assert title.text == role.replace("\x00", "")


def test_without_rounds_there_is_no_chart(english_report: Report) -> None:
    assert render_score_chart(english_report.model_copy(update={"rounds": ()})) == ""
