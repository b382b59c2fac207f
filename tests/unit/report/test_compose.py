"""The report of a run, from what stands of its draft."""

from __future__ import annotations

from typing import Any

from tests.unit.report.conftest import (
    ALLERGEN_QUOTE,
    COURT_QUOTE,
    DIGESTION_QUOTE,
    GUIDANCE,
    JUDGMENT,
)
from virtual_lab.domain import (
    Analysis,
    Coverage,
    Critique,
    Disagreement,
    Draft,
    Finding,
    Plan,
    Question,
    Report,
    Section,
    Specialist,
)
from virtual_lab.report.compose import compose_report

COURT = Finding(id="f1", claim=COURT_QUOTE.text, quotes=(COURT_QUOTE,))
ALLERGEN = Finding(id="f2", claim=ALLERGEN_QUOTE.text, quotes=(ALLERGEN_QUOTE,))
DIGESTION = Finding(id="f3", claim=DIGESTION_QUOTE.text, quotes=(DIGESTION_QUOTE,))
TEAM = (
    Specialist(id="s1", role="First", focus="a"),
    Specialist(id="s2", role="Second", focus="b"),
)


def compose(**more: Any) -> Report:
    draft = Draft(
        title="A title",
        sections=(Section(title="One", findings=(COURT, ALLERGEN, DIGESTION)),),
        strongest=("f2", "dropped", "f1"),
        disagreements=(
            Disagreement(kind="numbers", about="x", finding_ids=("f1", "f2")),
            Disagreement(kind="numbers", about="y", finding_ids=("f1", "dropped")),
        ),
    )
    options: dict[str, Any] = {
        "question": Question(topic="A topic", constraints="insects only"),
        "language": "en",
        "mode": "extractive",
        "plan": Plan(specialists=TEAM),
        "draft": draft,
        "coverage": Coverage(
            statements_made=3, statements_verified=3, sources_used=2, sources_found=2
        ),
        "analyses": [
            Analysis(specialist="s1", round=1, findings=(COURT,)),
            Analysis(specialist="s1", round=2, findings=(COURT, ALLERGEN)),
        ],
        "critiques": [
            Critique(specialist="s1", round=2, score=4),
            Critique(specialist="s1", round=1, score=2, needed="More."),
            Critique(specialist="s2", round=1, score=1),
        ],
        "stopped_because": "enough",
        "source_of": {source.id: source for source in (GUIDANCE, JUDGMENT)}.__getitem__,
    }
    return compose_report(**options | more)


def test_references_stand_in_the_order_in_which_they_are_cited() -> None:
    assert [source.id for source in compose().references] == ["guidance", "judgment"]


def test_a_reference_names_its_file_and_not_where_it_lies() -> None:
    assert [source.path for source in compose().references] == [None, "2018누68089.md"]


def test_nothing_points_to_what_was_dropped() -> None:
    report = compose()
    assert report.short_answer == ("f2", "f1")
    assert [disagreement.about for disagreement in report.disagreements] == ["x"]


def test_the_rounds_have_a_line_for_each_score() -> None:
    first, second = compose().rounds
    assert [(s.role, s.score, s.findings) for s in first.scores] == [
        ("First", 2, 1),
        ("Second", 1, 0),
    ]
    assert [(s.role, s.score, s.findings) for s in second.scores] == [("First", 4, 2)]
    assert first.scores[0].needed == "More."


def test_the_question_is_kept() -> None:
    report = compose()
    assert (report.topic, report.constraints) == ("A topic", "insects only")
    assert len(report.as_of) == len("2026-01-01")
