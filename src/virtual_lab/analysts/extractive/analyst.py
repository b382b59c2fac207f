"""The extractive analyst: the design's protocol, answered with sentences of the sources."""

from __future__ import annotations

from collections.abc import Sequence

from virtual_lab.analysts.analyst import Assignment, Inquiry, Review, SpecialistWork, TeamState
from virtual_lab.analysts.extractive.critic import review_work
from virtual_lab.analysts.extractive.relevance import RelevanceScorer
from virtual_lab.analysts.extractive.selection import select, worthy
from virtual_lab.analysts.extractive.synthesis import compose
from virtual_lab.analysts.extractive.themes import Theme, find_themes
from virtual_lab.domain import (
    MAX_SPECIALISTS,
    MIN_SPECIALISTS,
    Critique,
    Draft,
    Mode,
    Plan,
    Specialist,
    Summary,
)
from virtual_lab.messages import say

_SCOPE = 24  # passages that a specialist starts from
_MAKES_A_THEME = 0.4  # share of the best passage's score from which a passage makes a theme
_WORTH_ONE = 0.1  # share of the weight from which a theme gets a specialist
_READ = ("en", "ko")  # languages whose sentences are understood


class ExtractiveAnalyst:
    """Chooses the best sentences of the library; needs no model, no key and no network."""

    mode: Mode = "extractive"

    _yardstick: RelevanceScorer | None = None

    async def plan(self, inquiry: Inquiry) -> Plan:
        """One specialist per theme of the passages, and a cross-checker where there is one."""
        language = inquiry.language
        themes = self._themes(inquiry)
        team = [self._specialist(inquiry, number, theme) for number, theme in enumerate(themes, 1)]
        if len(team) < (inquiry.question.specialists or MIN_SPECIALISTS):
            team.append(self._cross_checker(inquiry, len(team) + 1))
        why = (
            say("extractive.why_plan", language, count=len(themes))
            if themes
            else say("extractive.why_empty", language)
        )
        return Plan(specialists=tuple(team), why=why, bridges=inquiry.concepts.bridges)

    async def analyse(self, assignment: Assignment) -> SpecialistWork:
        """The statements of the specialist's passages that answer the question best."""
        scorer = self._measure(assignment.inquiry)
        if not scorer.answerable:
            return SpecialistWork(assignment.findings)
        colleagues = {
            passage_id
            for other in assignment.plan.specialists
            if other.id != assignment.specialist.id
            for passage_id in other.scope
        }
        mine = [
            hit
            for hit in assignment.hits
            if hit.passage.id not in colleagues and hit.passage.language in _READ
        ]
        chosen = select(
            worthy(assignment, scorer, mine),
            assignment.findings,
            assignment.specialist.id,
            assignment.round,
        )
        return SpecialistWork(chosen)

    async def critique(self, reviews: Sequence[Review]) -> Sequence[Critique]:
        """A score from figures: coverage, sources, redundancy; and the terms still missing."""
        return [review_work(review) for review in reviews]

    async def summarise(self, standing: TeamState) -> Summary:
        """How many findings there are, and what every specialist still misses."""
        sources = {quote.source_id for finding in standing.findings for quote in finding.quotes}
        open_terms = [
            set(critique.search_for)
            for critique in standing.critiques
            if critique.round == standing.round
        ]
        unanswered = set.intersection(*open_terms) if open_terms else set()
        return Summary(
            round=standing.round,
            agreed=tuple(
                f.id for f in standing.findings if len({q.source_id for q in f.quotes}) > 1
            ),
            open=tuple(sorted(unanswered)),
            provisional=say(
                "extractive.provisional",
                standing.inquiry.language,
                findings=len(standing.findings),
                sources=len(sources),
            ),
        )

    async def synthesise(self, standing: TeamState) -> Draft:
        """Sections by theme, the strongest findings, what disagrees and what is missing."""
        return compose(standing)

    def _measure(self, inquiry: Inquiry) -> RelevanceScorer:
        """What statements are measured by; made once for all specialists of an inquiry."""
        if self._yardstick is None or self._yardstick.inquiry is not inquiry:
            self._yardstick = RelevanceScorer(inquiry)
        return self._yardstick

    def _themes(self, inquiry: Inquiry) -> list[Theme]:
        """The themes that deserve a specialist."""
        on_topic = [hit for hit in inquiry.survey if hit.score >= _MAKES_A_THEME]
        rest = say("extractive.rest", inquiry.language)
        themes = find_themes(
            on_topic,
            inquiry.concepts,
            inquiry.retriever,
            inquiry.language,
            inquiry.question.specialists or MAX_SPECIALISTS,
            rest,
        )
        least = _WORTH_ONE * sum(hit.score for hit in on_topic)
        return [theme for theme in themes if theme.title != rest and theme.weight >= least]

    def _specialist(self, inquiry: Inquiry, number: int, theme: Theme) -> Specialist:
        language = inquiry.language
        return Specialist(
            id=f"s{number}",
            role=say("extractive.role", language, theme=theme.title),
            focus=theme.title,
            why=say("extractive.why", language, count=len(theme.hits)),
            queries=(inquiry.question.topic, f"{inquiry.question.topic} {theme.title}"),
            scope=tuple(hit.passage.id for hit in theme.hits[:_SCOPE]),
        )

    def _cross_checker(self, inquiry: Inquiry, number: int) -> Specialist:
        return Specialist(
            id=f"s{number}",
            role=say("extractive.role_check", inquiry.language),
            focus=say("extractive.focus_check", inquiry.language),
            why=say("extractive.why_check", inquiry.language),
            queries=(inquiry.question.topic,),
        )
