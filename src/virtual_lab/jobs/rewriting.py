"""Rewriting: one section of a stored report is written again, or all of it translated.

The result is stored as a new version of the report.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple

from virtual_lab.analysts.model.model_names import NONE, is_configured
from virtual_lab.bootstrap.analyst import open_model_analyst
from virtual_lab.domain import Language, Question, Report
from virtual_lab.errors import InvalidInputError, NoModelError, NotFoundError
from virtual_lab.jobs.worker.call_ledger import RewritingLedger
from virtual_lab.jobs.worker.shared_limiter import open_limiter
from virtual_lab.messages import Message
from virtual_lab.settings import Settings
from virtual_lab.store import Store

if TYPE_CHECKING:
    from virtual_lab.analysts.model.analyst import ModelAnalyst
    from virtual_lab.analysts.model.call import OnCall


class Rewriting(NamedTuple):
    """A version of a stored report for a model to rewrite, and the question of its run."""

    store: Store
    settings: Settings
    report_id: str
    report: Report
    question: Question

    @classmethod
    def open(
        cls, store: Store, settings: Settings, report_id: str, version: int | None = None
    ) -> Rewriting:
        """Read a report to rewrite; the latest version where none is named.

        Raises:
            NotFoundError: there is no such report or version.
            NoModelError: neither the question nor the settings name a model.
        """
        report = store.reports.get(report_id, version).report
        question = store.runs.get(report_id).question
        if question.model == NONE:
            question = question.model_copy(update={"model": ""})
        if not is_configured(settings, question.model):
            raise NoModelError
        # The text of a model must not be taken for the words of the sources.
        report = report.model_copy(update={"mode": "model"})
        return cls(store, settings, report_id, report, question)

    async def regenerate(
        self, section: int | str, feedback: str, on_call: OnCall | None = None
    ) -> int:
        """Write one section again by a reader's feedback; gives the number of the new version.

        The collections are those of the run, with what it found online.

        Args:
            section: the title of the section, or its number from 1.
            feedback: what the reader wants, in their own words.
            on_call: called for each answered call of the model.

        Raises:
            NotFoundError: the report has no such section.
            ModelError: the model gives no usable answer.
        """
        from virtual_lab.bootstrap.retriever import open_question_retriever
        from virtual_lab.lab.regenerate import regenerate_section

        number = place_of(section, self.report)
        with open_question_retriever(self.settings, self.question, self.report_id) as retriever:
            async with self._analyst(self.report.language, on_call) as analyst:
                report = await regenerate_section(self.report, number, feedback, analyst, retriever)
        note = Message.of("report.version_section", number=number + 1, feedback=feedback)
        return await self._keep(report, note)

    async def translate(self, language: Language, on_call: OnCall | None = None) -> int:
        """Translate the report; gives the number of the new version.

        Raises:
            InvalidInputError: the report is in that language already.
            ModelError: the model gives no usable answer.
        """
        from virtual_lab.lab.translate import translate_report
        from virtual_lab.text.glossary import load_glossary

        if language == self.report.language:
            raise InvalidInputError("form.same_language", language=language)
        glossary = load_glossary(self.settings.glossary)
        async with self._analyst(language, on_call) as analyst:
            report = await translate_report(self.report, language, analyst, glossary)
        note = Message.of("report.version_language", old=self.report.language, new=language)
        return await self._keep(report, note)

    @asynccontextmanager
    async def _analyst(
        self, language: Language, on_call: OnCall | None
    ) -> AsyncIterator[ModelAnalyst]:
        ledger = RewritingLedger(self.store, self.report_id)
        async with (
            open_limiter(self.settings) as limiter,
            open_model_analyst(
                self.question, self.settings, language, ledger, limiter, on_call
            ) as (analyst, _),
        ):
            yield analyst

    async def _keep(self, report: Report, note: Message) -> int:
        reports = self.store.reports
        return await asyncio.to_thread(reports.add_version, self.report_id, report, note)


def place_of(section: int | str, report: Report) -> int:
    """The index of a section, from 0, by its title or its number from 1.

    Raises:
        NotFoundError: the report has no such section.
    """
    titles = [known.title for known in report.sections]
    if section in titles:
        return titles.index(str(section))
    if isinstance(section, int) and section <= len(titles):
        return section - 1
    have = "; ".join(f"{number} {title}" for number, title in enumerate(titles, 1))
    if not have:
        raise NotFoundError("report.no_sections", section=section)
    raise NotFoundError("report.no_section", section=section, others=have)
