"""The protocol of an analyst, and the inputs of its tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from virtual_lab.domain import (
    Critique,
    Draft,
    Dropped,
    Finding,
    Language,
    Mode,
    Plan,
    Question,
    Section,
    Specialist,
    Summary,
)
from virtual_lab.library.index import Hit
from virtual_lab.retrieval.query_terms import Concepts
from virtual_lab.retrieval.retriever import Retriever
from virtual_lab.text.glossary import Glossary


@dataclass(frozen=True)
class Inquiry:
    """The inputs that all tasks of a run share.

    Attributes:
        question: the question of the run.
        language: the language of the report.
        concepts: the concepts of the question.
        survey: the passages that a search for the question itself finds, best first.
        retriever: searches the library.
    """

    question: Question
    language: Language
    concepts: Concepts
    survey: Sequence[Hit]
    retriever: Retriever


@dataclass(frozen=True)
class Assignment:
    """The task of one specialist in one round.

    Attributes:
        inquiry: the inputs of the run.
        plan: the team.
        specialist: the specialist whose task it is.
        round: the number of the round, from 1.
        hits: the passages that its queries found, best first.
        findings: its findings of earlier rounds.
        critique: the critique of these findings; None in the first round.
        others: the findings of the other specialists.
        rejected: its claims of the last round that were rejected.
    """

    inquiry: Inquiry
    plan: Plan
    specialist: Specialist
    round: int
    hits: Sequence[Hit]
    findings: Sequence[Finding] = ()
    critique: Critique | None = None
    others: Sequence[Finding] = ()
    rejected: Sequence[Dropped] = ()

    @property
    def is_last(self) -> bool:
        """Whether this is the last round of the question."""
        return self.round >= self.inquiry.question.rounds


@dataclass(frozen=True)
class SpecialistWork:
    """The result of a specialist's task.

    Attributes:
        findings: all its findings, those of earlier rounds included.
        rejected: the claims that verification rejected.
        open_questions: questions that it could not answer.
    """

    findings: Sequence[Finding]
    rejected: Sequence[Dropped] = ()
    open_questions: Sequence[str] = ()


@dataclass(frozen=True)
class Review:
    """The work of one specialist, as the critic sees it.

    Attributes:
        inquiry: the inputs of the run.
        specialist: the specialist.
        round: the number of the round, from 1.
        findings: all its findings.
        new_findings: how many of them are from this round.
        previous: the critique of the round before.
        previous_findings: the findings that ``previous`` was about.
        rejected: its claims that verification rejected.
    """

    inquiry: Inquiry
    specialist: Specialist
    round: int
    findings: Sequence[Finding]
    new_findings: int
    previous: Critique | None = None
    previous_findings: Sequence[Finding] = ()
    rejected: Sequence[Dropped] = ()


@dataclass(frozen=True)
class TeamState:
    """The findings, critiques and summaries of the whole team after a round."""

    inquiry: Inquiry
    plan: Plan
    round: int
    findings: Sequence[Finding]
    critiques: Sequence[Critique] = ()
    summaries: Sequence[Summary] = ()


class Analyst(Protocol):
    """Carries out the tasks of a run. Every finding that it returns has verbatim quotes."""

    @property
    def mode(self) -> Mode:
        """The mode: "extractive" without a language model, "model" with one."""

    async def plan(self, inquiry: Inquiry) -> Plan:
        """Choose the team of specialists for the question."""

    async def analyse(self, assignment: Assignment) -> SpecialistWork:
        """Give all findings of one specialist after this round."""

    async def critique(self, reviews: Sequence[Review]) -> Sequence[Critique]:
        """Score the work of each specialist, and name what is missing.

        A specialist that could not be scored is left out.
        """

    async def summarise(self, team_state: TeamState) -> Summary:
        """Summarise what the team has found by the end of a round."""

    async def synthesise(self, team_state: TeamState) -> Draft:
        """Make the draft of the report from the findings."""


class Writer(Protocol):
    """Writes text from accepted findings, as only an analyst with a language model can."""

    async def write(
        self, inquiry: Inquiry, title: str, findings: Sequence[Finding], feedback: str = ""
    ) -> Section:
        """Write one section; ``feedback`` is what the reader wants to be changed."""

    async def translate(
        self, texts: Sequence[str], language: Language, glossary: Glossary
    ) -> Sequence[str]:
        """Translate texts, in order; "" for a text that could not be translated."""
