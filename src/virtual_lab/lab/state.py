"""The state of the graph between its steps, and how checkpoints serialise it."""

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
    """The state of a run. Updates are appended to annotated lists, and replace other values."""

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
    """The input of one specialist's task."""

    specialist: str
    state: State


SURVEY_PASSAGES = 60
"""How many passages the first search of the library gives, from which the team is chosen."""


@dataclass
class RunDependencies:
    """The objects that the nodes of one run use; they are not part of the state.

    ``online_collection`` is the collection of what ``online_search`` finds, which the retriever
    searches too.
    """

    analyst: Analyst
    retriever: Retriever
    on_event: OnEvent
    meter: Meter = field(default_factory=Meter)
    online_search: OnlineSearch | None = None
    online_collection: str = ""
    _inquiry: Inquiry | None = field(default=None, init=False)
    _reached: int = field(default=0, init=False)

    def inquiry(self, state: State) -> Inquiry:
        """The inquiry that all tasks of the run share; the library is surveyed once."""
        if self._inquiry is None:
            question = state["question"]
            words = words_of(question)
            self._inquiry = Inquiry(
                question,
                state["language"],
                self.retriever.concepts(words),
                self.retriever.search([words], SURVEY_PASSAGES),
                self.retriever,
            )
        return self._inquiry

    def team_state(self, state: State) -> TeamState:
        """The findings, critiques and summaries of the team so far."""
        return TeamState(
            self.inquiry(state),
            state["plan"],
            state["round"],
            findings(state),
            state.get("critiques", []),
            state.get("summaries", []),
        )

    def emit(
        self,
        state: State,
        kind: EventKind,
        current: int,
        status: str,
        specialist: str | None = None,
        data: dict[str, Any] | None = None,
        round_number: int | None = None,
    ) -> None:
        """Send an event; its progress is never lower than that of the event before."""
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
    """The topic and the constraints of a question, which are the first query."""
    return f"{question.topic} {question.constraints}".strip()


def total_steps(rounds: int) -> int:
    """The steps of a run with all rounds: the plan, two per round, the text, and its check."""
    return 3 + 2 * rounds


def analysis_of(state: State, specialist: str, round_number: int) -> Analysis | None:
    """The analysis of a specialist in a round; None where there is none."""
    return next(
        (
            analysis
            for analysis in state.get("analyses", [])
            if (analysis.specialist, analysis.round) == (specialist, round_number)
        ),
        None,
    )


def critique_of(state: State, specialist: str, round_number: int) -> Critique | None:
    """The critique of a specialist in a round; None where there is none."""
    return next(
        (
            critique
            for critique in state.get("critiques", [])
            if (critique.specialist, critique.round) == (specialist, round_number)
        ),
        None,
    )


def findings(state: State) -> list[Finding]:
    """The team's present findings, without those that the critic calls unsupported."""
    unsupported = _unsupported_ids(state)
    return [finding for finding in _latest(state) if finding.id not in unsupported]


def rejected(state: State) -> list[Dropped]:
    """The claims of specialists that failed the checks or that the critic rejects, each once."""
    unsupported = _unsupported_ids(state)
    language = state["language"]
    by_critic = Message.of("lab.disbelieved")
    rejected_by_critic = [
        Dropped(claim=finding.claim, reason=by_critic.text(language), why=(by_critic,))
        for finding in _latest(state)
        if finding.id in unsupported
    ]
    failed = [dropped for a in state.get("analyses", []) for dropped in a.rejected]
    standing = {finding.claim for finding in _latest(state)}
    return [
        dropped
        for claim, dropped in {d.claim: d for d in [*failed, *rejected_by_critic]}.items()
        if claim not in standing or dropped in rejected_by_critic
    ]


def _latest(state: State) -> list[Finding]:
    latest = {analysis.specialist: analysis for analysis in state.get("analyses", [])}
    return [finding for analysis in latest.values() for finding in analysis.findings]


def _unsupported_ids(state: State) -> set[str]:
    """The ids of findings that the latest critiques call unsupported."""
    latest = {critique.specialist: critique for critique in state.get("critiques", [])}
    return {key for critique in latest.values() for key in critique.unsupported}


def serializer() -> JsonPlusSerializer:
    """The serialiser of checkpoints, which reads only objects of the domain."""
    classes = [
        (value.__module__, name)
        for name, value in getmembers(domain, isclass)
        if issubclass(value, BaseModel | Enum)
    ]
    return JsonPlusSerializer(allowed_msgpack_modules=classes)
