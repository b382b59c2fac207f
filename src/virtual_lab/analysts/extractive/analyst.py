"""The extractive analyst: answers with sentences of the sources, without a language model."""

from __future__ import annotations

from collections.abc import Sequence

from virtual_lab.analysts.analyst import Assignment, Inquiry, Review, SpecialistWork, TeamState
from virtual_lab.analysts.extractive.critic import review_work
from virtual_lab.analysts.extractive.relevance import RelevanceScorer
from virtual_lab.analysts.extractive.selection import eligible, select
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

_MOST_PASSAGES_OF_SPECIALIST = 24
# Themes are made of the passages that reach this share of the best passage's score.
_LEAST_SCORE_OF_THEME_PASSAGE = 0.4
# A theme gets a specialist where it has this share of the weight of all these passages.
_LEAST_WEIGHT_OF_THEME = 0.1
_SUPPORTED_LANGUAGES = ("en", "ko")


class ExtractiveAnalyst:
    """Chooses the best sentences of the library; it needs no model, no key and no network."""

    mode: Mode = "extractive"

    _scorer: RelevanceScorer | None = None

    async def plan(self, inquiry: Inquiry) -> Plan:
        """One specialist for each theme of the passages, and a cross-checker for a small team."""
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
        """The statements of the specialist's passages that answer the question best.

        Passages that belong to other specialists are left to them.
        """
        scorer = self._scorer_of(assignment.inquiry)
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
            if hit.passage.id not in colleagues and hit.passage.language in _SUPPORTED_LANGUAGES
        ]
        chosen = select(
            eligible(assignment, scorer, mine),
            assignment.findings,
            assignment.specialist.id,
            assignment.round,
        )
        return SpecialistWork(chosen)

    async def critique(self, reviews: Sequence[Review]) -> Sequence[Critique]:
        """Scores by coverage, sources and redundancy, and the terms that are still missing."""
        return [review_work(review) for review in reviews]

    async def summarise(self, team_state: TeamState) -> Summary:
        """The number of findings, and the terms that every specialist still misses."""
        sources = {quote.source_id for finding in team_state.findings for quote in finding.quotes}
        open_terms = [
            set(critique.search_for)
            for critique in team_state.critiques
            if critique.round == team_state.round
        ]
        unanswered = set.intersection(*open_terms) if open_terms else set()
        return Summary(
            round=team_state.round,
            agreed=tuple(
                f.id for f in team_state.findings if len({q.source_id for q in f.quotes}) > 1
            ),
            open=tuple(sorted(unanswered)),
            provisional=say(
                "extractive.provisional",
                team_state.inquiry.language,
                findings=len(team_state.findings),
                sources=len(sources),
            ),
        )

    async def synthesise(self, team_state: TeamState) -> Draft:
        """Sections by theme, the strongest findings, disagreements, and what is missing."""
        return compose(team_state)

    def _scorer_of(self, inquiry: Inquiry) -> RelevanceScorer:
        """The scorer of an inquiry; made once for all its specialists."""
        if self._scorer is None or self._scorer.inquiry is not inquiry:
            self._scorer = RelevanceScorer(inquiry)
        return self._scorer

    def _themes(self, inquiry: Inquiry) -> list[Theme]:
        """The themes that get a specialist."""
        on_topic = [hit for hit in inquiry.survey if hit.score >= _LEAST_SCORE_OF_THEME_PASSAGE]
        rest = say("extractive.rest", inquiry.language)
        themes = find_themes(
            on_topic,
            inquiry.concepts,
            inquiry.retriever,
            inquiry.language,
            inquiry.question.specialists or MAX_SPECIALISTS,
            rest,
        )
        least = _LEAST_WEIGHT_OF_THEME * sum(hit.score for hit in on_topic)
        return [theme for theme in themes if theme.title != rest and theme.weight >= least]

    def _specialist(self, inquiry: Inquiry, number: int, theme: Theme) -> Specialist:
        language = inquiry.language
        return Specialist(
            id=f"s{number}",
            role=say("extractive.role", language, theme=theme.title),
            focus=theme.title,
            why=say("extractive.why", language, count=len(theme.hits)),
            queries=(inquiry.question.topic, f"{inquiry.question.topic} {theme.title}"),
            scope=tuple(hit.passage.id for hit in theme.hits[:_MOST_PASSAGES_OF_SPECIALIST]),
        )

    def _cross_checker(self, inquiry: Inquiry, number: int) -> Specialist:
        return Specialist(
            id=f"s{number}",
            role=say("extractive.role_check", inquiry.language),
            focus=say("extractive.focus_check", inquiry.language),
            why=say("extractive.why_check", inquiry.language),
            queries=(inquiry.question.topic,),
        )
