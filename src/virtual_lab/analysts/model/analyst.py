"""The model analyst: the tasks of an analyst, done by a language model and checked by code."""

from __future__ import annotations

from collections.abc import Sequence

from virtual_lab.analysts.analyst import Assignment, Inquiry, Review, SpecialistWork, TeamState
from virtual_lab.analysts.meter import SpentError
from virtual_lab.analysts.model.critic import score_team
from virtual_lab.analysts.model.model_run import ModelRun
from virtual_lab.analysts.model.plan import plan_team
from virtual_lab.analysts.model.round_summary import summarise_round
from virtual_lab.analysts.model.specialist import investigate
from virtual_lab.analysts.model.translate import translate_texts
from virtual_lab.analysts.model.write import write_report, write_section
from virtual_lab.domain import (
    Critique,
    Draft,
    Finding,
    Language,
    Mode,
    Plan,
    Section,
    Summary,
)
from virtual_lab.errors import BudgetError
from virtual_lab.messages import Message
from virtual_lab.text.glossary import Glossary


class ModelAnalyst:
    """An analyst and writer with a language model, whose results are all checked by code."""

    mode: Mode = "model"

    def __init__(self, model_run: ModelRun) -> None:
        self._model_run = model_run

    async def plan(self, inquiry: Inquiry) -> Plan:
        """The team that the model proposes.

        Raises:
            BudgetError: the budget does not allow the call for a plan.
        """
        try:
            return await plan_team(self._model_run, inquiry)
        except SpentError as error:
            limit = Message.of(f"lab.{error.limit}")
            raise BudgetError("model.no_plan", limit=limit) from None

    async def analyse(self, assignment: Assignment) -> SpecialistWork:
        """Findings with verbatim quotes, and the claims that failed the check."""
        return await investigate(self._model_run, assignment)

    async def critique(self, reviews: Sequence[Review]) -> Sequence[Critique]:
        """The critiques of all specialists, by one call."""
        return await score_team(self._model_run, reviews)

    async def summarise(self, team_state: TeamState) -> Summary:
        """The summary of the round."""
        return await summarise_round(self._model_run, team_state)

    async def synthesise(self, team_state: TeamState) -> Draft:
        """The draft of the report, in which every sentence cites findings."""
        return await write_report(self._model_run, team_state)

    async def write(
        self, inquiry: Inquiry, title: str, findings: Sequence[Finding], feedback: str = ""
    ) -> Section:
        """One section, changed as a reader asked."""
        return await write_section(self._model_run, inquiry, title, findings, feedback)

    async def translate(
        self, texts: Sequence[str], language: Language, glossary: Glossary
    ) -> Sequence[str]:
        """The texts in another language, in order; "" for one that could not be translated."""
        return await translate_texts(self._model_run, texts, language, glossary)
