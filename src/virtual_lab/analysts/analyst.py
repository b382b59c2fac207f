"""What the lab asks of an analyst, and what it hands over for each task."""

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
    """What all tasks of a run share.

    ``survey`` is a first look at the library: the passages that the question finds, best first.
    """

    question: Question
    language: Language
    concepts: Concepts
    survey: Sequence[Hit]
    retriever: Retriever


@dataclass(frozen=True)
class Assignment:
    """One specialist's task in one round.

    ``hits`` are its passages, best first; ``findings`` are its own so far; ``critique`` is the
    critic's word on them, None in the first round; ``rejected`` is what did not stand of the last
    round; ``others`` are the colleagues' findings.
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
        """Whether no further round can follow."""
        return self.round >= self.inquiry.question.rounds


@dataclass(frozen=True)
class SpecialistWork:
    """What a specialist hands in: all its findings, what it could not prove, what it asks."""

    findings: Sequence[Finding]
    rejected: Sequence[Dropped] = ()
    open_questions: Sequence[str] = ()


@dataclass(frozen=True)
class Review:
    """One specialist's work so far, for the critic. ``previous`` is the critic's last word."""

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
    """All that the team has so far."""

    inquiry: Inquiry
    plan: Plan
    round: int
    findings: Sequence[Finding]
    critiques: Sequence[Critique] = ()
    summaries: Sequence[Summary] = ()


class Analyst(Protocol):
    """Thinks for the lab. Every finding that it returns carries verbatim quotes."""

    @property
    def mode(self) -> Mode:
        """How it thinks: "extractive" or "model"."""

    async def plan(self, inquiry: Inquiry) -> Plan:
        """Put a team together for the question, from the first look at the library."""

    async def analyse(self, assignment: Assignment) -> SpecialistWork:
        """All findings of one specialist after this round, those of earlier rounds included."""

    async def critique(self, reviews: Sequence[Review]) -> Sequence[Critique]:
        """Score the work of each specialist, and name what is missing.

        One who could not be scored has no critique in the answer.
        """

    async def summarise(self, standing: TeamState) -> Summary:
        """Say where the team stands at the end of a round."""

    async def synthesise(self, standing: TeamState) -> Draft:
        """Order the findings into the sections of a report."""


class Writer(Protocol):
    """Writes text on findings that stand. Only a model can."""

    async def write(
        self, inquiry: Inquiry, title: str, findings: Sequence[Finding], feedback: str = ""
    ) -> Section:
        """One section; ``feedback`` is what a reader asked for."""

    async def translate(
        self, texts: Sequence[str], language: Language, glossary: Glossary
    ) -> Sequence[str]:
        """The texts in another language, in order; "" for one that could not be translated."""
