"""What the graph keeps between its steps, and how a checkpoint writes it down."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from inspect import getmembers, isclass
from typing import Annotated, Any, TypedDict

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from pydantic import BaseModel

from virtual_lab import domain
from virtual_lab.analysts.analyst import Analyst, Inquiry, TeamState
from virtual_lab.analysts.meter import Meter
from virtual_lab.domain import (
    Analysis,
    Critique,
    Draft,
    Dropped,
    Event,
    EventKind,
    Finding,
    Language,
    Plan,
    Question,
    Report,
    Summary,
)
from virtual_lab.lab.online_search import OnlineSearch
from virtual_lab.messages import Message
from virtual_lab.retrieval.retriever import Retriever

OnEvent = Callable[[Event], None]


class State(TypedDict, total=False):
    """The state of a run. Lists grow; everything else is replaced."""

    question: Question
    language: Language
    sources_failed: list[str]
    plan: Plan
    round: int
    sources_found: int
    analyses: Annotated[list[Analysis], operator.add]
    critiques: Annotated[list[Critique], operator.add]
    summaries: Annotated[list[Summary], operator.add]
    stopped_because: str
    draft: Draft
    report: Report


class SpecialistTask(TypedDict):
    """What one specialist is sent with."""

    specialist: str
    state: State


SURVEY = 60
"""How many passages the first look at the library takes in."""


@dataclass
class RunDependencies:
    """What the nodes of one run work with; it is not part of the state.

    ``shelf`` is the collection of what ``online_search`` finds; the retriever searches it too.
    """

    analyst: Analyst
    retriever: Retriever
    on_event: OnEvent
    meter: Meter = field(default_factory=Meter)
    online_search: OnlineSearch | None = None
    shelf: str = ""
    _inquiry: Inquiry | None = field(default=None, init=False)
    _reached: int = field(default=0, init=False)

    def inquiry(self, state: State) -> Inquiry:
        """What all tasks of the run share; the library is looked at once."""
        if self._inquiry is None:
            question = state["question"]
            words = words_of(question)
            self._inquiry = Inquiry(
                question,
                state["language"],
                self.retriever.concepts(words),
                self.retriever.search([words], SURVEY),
                self.retriever,
            )
        return self._inquiry

    def standing(self, state: State) -> TeamState:
        """All that the team has so far."""
        return TeamState(
            self.inquiry(state),
            state["plan"],
            state["round"],
            findings(state),
            state.get("critiques", []),
            state.get("summaries", []),
        )

    def tell(
        self,
        state: State,
        kind: EventKind,
        current: int,
        status: str,
        specialist: str | None = None,
        data: dict[str, Any] | None = None,
        round_number: int | None = None,
    ) -> None:
        """Let the outside know what happened; progress never goes back."""
        self._reached = max(self._reached, current)
        self.on_event(
            Event(
                kind=kind,
                current=self._reached,
                total=total_steps(state["question"].rounds),
                status=status,
                round=round_number or state.get("round"),
                specialist=specialist,
                data=data or {},
            )
        )


def words_of(question: Question) -> str:
    """All that a question says in words: what is searched for first."""
    return f"{question.topic} {question.constraints}".strip()


def total_steps(rounds: int) -> int:
    """The steps of a run of full length: plan, analysis and critique a round, text, check."""
    return 3 + 2 * rounds


def analysis_of(state: State, specialist: str, round_number: int) -> Analysis | None:
    """What a specialist had found by the end of a round."""
    return next(
        (
            analysis
            for analysis in state.get("analyses", [])
            if (analysis.specialist, analysis.round) == (specialist, round_number)
        ),
        None,
    )


def critique_of(state: State, specialist: str, round_number: int) -> Critique | None:
    """The critic's word on a specialist in a round."""
    return next(
        (
            critique
            for critique in state.get("critiques", [])
            if (critique.specialist, critique.round) == (specialist, round_number)
        ),
        None,
    )


def findings(state: State) -> list[Finding]:
    """The findings of the whole team so far, without those that the critic does not believe."""
    doubted = _doubted(state)
    return [finding for finding in _latest(state) if finding.id not in doubted]


def rejected(state: State) -> list[Dropped]:
    """What specialists claimed and could not prove, each claim once."""
    doubted = _doubted(state)
    language = state["language"]
    by_critic = Message.of("lab.disbelieved")
    disbelieved = [
        Dropped(claim=finding.claim, reason=by_critic.text(language), why=(by_critic,))
        for finding in _latest(state)
        if finding.id in doubted
    ]
    failed = [dropped for a in state.get("analyses", []) for dropped in a.rejected]
    standing = {finding.claim for finding in _latest(state)}
    return [
        dropped
        for claim, dropped in {d.claim: d for d in [*failed, *disbelieved]}.items()
        if claim not in standing or dropped in disbelieved
    ]


def _latest(state: State) -> list[Finding]:
    latest = {analysis.specialist: analysis for analysis in state.get("analyses", [])}
    return [finding for analysis in latest.values() for finding in analysis.findings]


def _doubted(state: State) -> set[str]:
    """The ids of findings that are not carried by their quotes, by the critic's last word."""
    latest = {critique.specialist: critique for critique in state.get("critiques", [])}
    return {key for critique in latest.values() for key in critique.unsupported}


def serializer() -> JsonPlusSerializer:
    """Writes checkpoints; on reading it makes objects of the domain only."""
    classes = [
        (value.__module__, name)
        for name, value in getmembers(domain, isclass)
        if issubclass(value, BaseModel | Enum)
    ]
    return JsonPlusSerializer(allowed_msgpack_modules=classes)
