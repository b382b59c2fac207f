"""The board of a run: its events, arranged by specialist and round."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

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
class RoundCell:
    """The analysis and the critique of one specialist in one round; None until they exist."""

    analysis: Analysis | None = None
    critique: Critique | None = None


@dataclass
class SpecialistRow:
    """One specialist over the rounds; ``number`` is its place in the team, from 1."""

    number: int
    specialist: Specialist
    cells: dict[int, RoundCell] = field(default_factory=dict)

    @property
    def scores(self) -> dict[int, int]:
        """Its score in each round that was scored."""
        return {r: cell.critique.score for r, cell in self.cells.items() if cell.critique}


class Online(NamedTuple):
    """The result of the online search: how many sources were found, and what failed."""

    sources: int
    failed: tuple[str, ...]


@dataclass
class Board:
    """A run by specialist and round.

    ``rounds`` are the rounds that have begun. ``estimate`` and ``budget`` are set for a run with a
    model, ``usage`` at the end of such a run, and ``online`` after an online search.
    """

    plan: Plan | None = None
    lanes: dict[str, SpecialistRow] = field(default_factory=dict)
    rounds: list[int] = field(default_factory=list)
    summaries: dict[int, Summary] = field(default_factory=dict)
    online: Online | None = None
    estimate: Usage | None = None
    budget: Budget | None = None
    usage: Usage | None = None

    @classmethod
    def of(cls, events: Sequence[Event]) -> Board:
        """The board after these events; repeated events of a resumed run count once."""
        board = cls()
        for event in events:
            board._take(event)
        return board

    @property
    def queries(self) -> list[str]:
        """All queries, each once."""
        analyses = self._analyses()
        return list(dict.fromkeys(query for analysis in analyses for query in analysis.queries))

    @property
    def findings_by_source(self) -> dict[str, int]:
        """How many findings cite each source, also for sources that none cites yet (0)."""
        cited = {
            (quote.source_id, finding.id)
            for analysis in self._analyses()
            for finding in analysis.findings
            for quote in finding.quotes
        }
        counts = Counter(source_id for source_id, _ in cited)
        for analysis in self._analyses():
            for source_id in analysis.sources_found:
                counts.setdefault(source_id, 0)
        return dict(counts.most_common())

    def _analyses(self) -> list[Analysis]:
        cells = [cell for lane in self.lanes.values() for cell in lane.cells.values()]
        return [cell.analysis for cell in cells if cell.analysis]

    def _take(self, event: Event) -> None:
        data = event.data
        if not data:
            return
        if event.kind is EventKind.STARTED:
            self.estimate = Usage.model_validate(data["estimate"])
            self.budget = Budget.model_validate(data["budget"])
        elif event.kind is EventKind.SEARCHED:
            self.online = Online(data["sources"], tuple(data["failed"]))
        elif event.kind is EventKind.PLANNED:
            self.plan = Plan.model_validate(data)
            self.lanes = {s.id: SpecialistRow(n, s) for n, s in enumerate(self.plan.specialists, 1)}
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

    def _cell(self, specialist: str, number: int) -> RoundCell:
        if number not in self.rounds:
            self.rounds = sorted([*self.rounds, number])
        unknown = Specialist(id=specialist, role=specialist, focus="")
        lane = self.lanes.setdefault(specialist, SpecialistRow(len(self.lanes) + 1, unknown))
        return lane.cells.setdefault(number, RoundCell())
