"""The board of a run: what its events say, by specialist and round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from virtual_lab.domain import (
    Analysis,
    Budget,
    Critique,
    Event,
    EventKind,
    Plan,
    Specialist,
    Summary,
    Usage,
)


@dataclass
class Cell:
    """What one specialist did in one round, and what the critic says; None where not yet."""

    analysis: Analysis | None = None
    critique: Critique | None = None


@dataclass
class Lane:
    """One specialist over the rounds."""

    specialist: Specialist
    cells: dict[int, Cell] = field(default_factory=dict)


@dataclass
class Board:
    """A run by specialist and round.

    ``rounds`` are those that were begun; ``estimate`` and ``budget`` are known where a model
    takes part, ``usage`` at the end of such a run.
    """

    plan: Plan | None = None
    lanes: dict[str, Lane] = field(default_factory=dict)
    rounds: list[int] = field(default_factory=list)
    summaries: dict[int, Summary] = field(default_factory=dict)
    estimate: Usage | None = None
    budget: Budget | None = None
    usage: Usage | None = None

    @classmethod
    def of(cls, events: Sequence[Event]) -> Board:
        """The board after these events; what a resumed run tells again counts once."""
        board = cls()
        for event in events:
            board._take(event)
        return board

    def _take(self, event: Event) -> None:
        data = event.data
        if not data:
            return
        if event.kind is EventKind.STARTED:
            self.estimate = Usage.model_validate(data["estimate"])
            self.budget = Budget.model_validate(data["budget"])
        elif event.kind is EventKind.PLANNED:
            self.plan = Plan.model_validate(data)
            self.lanes = {s.id: Lane(s) for s in self.plan.specialists}
        elif event.kind is EventKind.ANALYSED:
            analysis = Analysis.model_validate(data)
            self._cell(analysis.specialist, analysis.round).analysis = analysis
        elif event.kind is EventKind.CRITIQUED:
            critique = Critique.model_validate(data)
            self._cell(critique.specialist, critique.round).critique = critique
        elif event.kind is EventKind.SUMMARISED:
            summary = Summary.model_validate(data)
            self.summaries[summary.round] = summary
        elif event.kind is EventKind.FINISHED:
            self.usage = Usage.model_validate(data["usage"])

    def _cell(self, specialist: str, number: int) -> Cell:
        if number not in self.rounds:
            self.rounds = sorted([*self.rounds, number])
        unknown = Specialist(id=specialist, role=specialist, focus="")
        lane = self.lanes.setdefault(specialist, Lane(unknown))
        return lane.cells.setdefault(number, Cell())
