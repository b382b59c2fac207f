"""A run from question to report: rounds, reasons to stop, and going on after a cut."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from virtual_lab.analysts.analyst import Assignment, Review, SpecialistWork
from virtual_lab.analysts.extractive import ExtractiveAnalyst
from virtual_lab.domain import (
    Critique,
    Dropped,
    Event,
    EventKind,
    Finding,
    Question,
    Report,
)
from virtual_lab.lab import ResearchLab
from virtual_lab.lab.run import report_language
from virtual_lab.lab.state import serializer
from virtual_lab.retrieval.retriever import Retriever

QUESTION = Question(topic="Which genotoxicity tests are required for a novel food?")


@dataclass
class Scripted(ExtractiveAnalyst):
    """The extractive analyst, with scores that the test gives and findings that never end."""

    scores: Sequence[int] = (1,)
    new_every_round: bool = True
    rounds: list[int] = field(default_factory=list)

    async def analyse(self, assignment: Assignment) -> SpecialistWork:
        work = await super().analyse(assignment)
        if not self.new_every_round or not work.findings:
            return work
        again = work.findings[0].model_copy(update={"id": f"{assignment.round}"})
        return SpecialistWork([*work.findings, again])

    async def critique(self, reviews: Sequence[Review]) -> Sequence[Critique]:
        number = reviews[0].round
        self.rounds.append(number)
        score = self.scores[min(number, len(self.scores)) - 1]
        return [Critique(specialist=r.specialist.id, round=number, score=score) for r in reviews]


def run(
    analyst: ExtractiveAnalyst, retriever: Retriever, question: Question = QUESTION
) -> tuple[Report, list[Event]]:
    events: list[Event] = []
    return asyncio.run(ResearchLab(analyst, retriever).research(question, events.append)), events


def test_the_report_answers_with_words_of_the_sources(retriever: Retriever) -> None:
    report, _ = run(ExtractiveAnalyst(), retriever)
    claims = " ".join(finding.claim for finding in report.findings().values())
    assert "two in vitro genotoxicity tests" in claims
    assert "in bacteria and in mammalian cells" in claims
    assert "budget" not in claims
    assert "reared on feed" not in claims
    assert len(report.references) == 2


def test_high_scores_end_it(retriever: Retriever) -> None:
    analyst = Scripted(scores=(2, 4))
    report, _ = run(analyst, retriever)
    assert analyst.rounds == [1, 2]
    assert "score of 4" in report.stopped_because


def test_a_round_that_brings_nothing_new_ends_it(retriever: Retriever) -> None:
    analyst = Scripted(new_every_round=False)
    report, _ = run(analyst, retriever)
    assert analyst.rounds == [1, 2]
    assert "round 2 brought nothing new" in report.stopped_because


@pytest.mark.parametrize("rounds", [1, 3])
def test_the_limit_of_rounds_ends_it(retriever: Retriever, rounds: int) -> None:
    analyst = Scripted()
    report, _ = run(analyst, retriever, QUESTION.model_copy(update={"rounds": rounds}))
    assert analyst.rounds == list(range(1, rounds + 1))
    assert len(report.rounds) == rounds
    assert f"({rounds})" in report.stopped_because


def test_progress_never_goes_back(retriever: Retriever) -> None:
    _, events = run(Scripted(), retriever)
    steps = [event.current for event in events]
    assert steps == sorted(steps)
    assert {event.total for event in events} == {9}
    assert events[-1].kind is EventKind.FINISHED
    assert all(event.status for event in events)


def test_a_quote_that_was_made_up_is_dropped_and_counted(retriever: Retriever) -> None:
    class Inventing(ExtractiveAnalyst):
        async def analyse(self, assignment: Assignment) -> SpecialistWork:
            work = await super().analyse(assignment)
            return SpecialistWork(
                [invented(finding) for finding in work.findings[:1]] + [*work.findings[1:]]
            )

    def invented(finding: Finding) -> Finding:
        quote = finding.quotes[0].model_copy(update={"text": "No test is ever required."})
        return finding.model_copy(update={"claim": quote.text, "quotes": (quote,)})

    report, _ = run(Inventing(), retriever)
    assert report.coverage.dropped
    assert isinstance(report.coverage.dropped[0], Dropped)
    assert report.coverage.statements_made > report.coverage.statements_verified
    assert "No test is ever required." not in [f.claim for f in report.findings().values()]


def test_a_run_that_was_cut_goes_on_where_it_was(retriever: Retriever) -> None:
    """What was finished is not done again."""

    class Dying(Scripted):
        async def synthesise(self, team_state):  # type: ignore[no-untyped-def]
            raise ConnectionError("the power is gone")

    saver = InMemorySaver(serde=serializer())
    first = Dying(scores=(4,))
    with pytest.raises(ConnectionError):
        asyncio.run(ResearchLab(first, retriever, saver).research(QUESTION, run_id="r"))
    assert first.rounds == [1]
    second = Scripted(scores=(4,))
    events: list[Event] = []
    report = asyncio.run(
        ResearchLab(second, retriever, saver).research(QUESTION, events.append, "r")
    )
    assert second.rounds == []
    assert EventKind.PLANNED not in {event.kind for event in events}
    assert report.findings()
    assert len(report.rounds) == 1


def test_an_empty_library_gives_a_report_that_says_so(retriever: Retriever) -> None:
    nothing = Retriever(retriever.index, retriever.glossary, ("no such collection",))
    report, _ = run(ExtractiveAnalyst(), nothing)
    assert report.findings() == {}
    assert report.missing


@pytest.mark.parametrize(
    ("topic", "asked", "language"),
    [
        ("Novel foods", "auto", "en"),
        ("신규식품", "auto", "ko"),
        ("신규식품", "en", "en"),
        ("Aliments nouveaux pour les personnes", "auto", "en"),
    ],
)
def test_the_language_is_the_questions_unless_asked(topic: str, asked: str, language: str) -> None:
    question = Question.model_validate({"topic": topic, "language": asked})
    assert report_language(question) == language
