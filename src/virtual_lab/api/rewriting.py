"""Rewriting: one section of a report again, or all of it in another language, as a new version."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio
from fastapi import APIRouter, Request

from virtual_lab.analysts.model.naming import NONE, is_configured
from virtual_lab.api.answers import ReportAnswer
from virtual_lab.api.identifiers import ReportId
from virtual_lab.api.models import SectionRequest, TranslationRequest
from virtual_lab.api.problems import documented
from virtual_lab.api.reports import Version
from virtual_lab.api.research import while_connected
from virtual_lab.api.service import Here, Service
from virtual_lab.api.synchronous import Work
from virtual_lab.domain import Language, Question, Report
from virtual_lab.errors import InvalidInputError, NoModelError, NotFoundError

if TYPE_CHECKING:
    from virtual_lab.analysts.model.analyst import ModelAnalyst

_ERRORS = documented(402, 403, 404, 409, 413, 422, 501, 502, 503)

router = APIRouter(prefix="/api/reports", tags=["reports"])


@router.post("/{report_id}/regenerate", responses=_ERRORS)
async def regenerate_report(
    request: Request,
    report_id: ReportId,
    body: SectionRequest,
    service: Here,
    version: Version = None,
) -> ReportAnswer:
    """Make one section again with what its reader asks for; it is verified like the first time.

    The collections are those of the run, with what it gathered online. Hanging up stops it.
    """
    report, question = await anyio.to_thread.run_sync(_opened, service, report_id, version)
    number = place_of(body.section, report)

    async def regenerate() -> Report:
        from virtual_lab.lab.opening import open_gatherer
        from virtual_lab.lab.regenerating import regenerate_section

        with open_gatherer(service.settings, question, report_id) as gatherer:
            async with _open_model(service, report_id, question, report.language) as analyst:
                return await regenerate_section(report, number, body.feedback, analyst, gatherer)

    note = f"section {number + 1} again: {body.feedback}"
    return await _rewrite(request, service, report_id, regenerate, note)


@router.post("/{report_id}/translate", responses=_ERRORS)
async def translate(
    request: Request,
    report_id: ReportId,
    body: TranslationRequest,
    service: Here,
    version: Version = None,
) -> ReportAnswer:
    """Put a report into another language; quotes stay as they are, with a translation beside them.

    Hanging up stops it.
    """
    report, question = await anyio.to_thread.run_sync(_opened, service, report_id, version)
    if report.language == body.language:
        raise InvalidInputError(f'language: the report is in "{body.language}" already')

    async def translated() -> Report:
        from virtual_lab.evidence.glossary import load_glossary
        from virtual_lab.lab.translating import translate_report

        glossary = load_glossary(service.settings.glossary)
        async with _open_model(service, report_id, question, body.language) as analyst:
            return await translate_report(report, body.language, analyst, glossary)

    note = f"{report.language} → {body.language}"
    return await _rewrite(request, service, report_id, translated, note)


def place_of(section: int | str, report: Report) -> int:
    """The place of a section, from 0, by its title or its number from 1.

    Raises:
        NotFoundError: the report has no such section.
    """
    titles = [known.title for known in report.sections]
    if section in titles:
        return titles.index(str(section))
    if isinstance(section, int) and section <= len(titles):
        return section - 1
    have = "; ".join(f"{number} {title}" for number, title in enumerate(titles, 1))
    raise NotFoundError(f"section {section} (there are: {have or 'none'})")


def _opened(service: Service, report_id: str, version: int | None) -> tuple[Report, Question]:
    """The report as one that a model writes on, and the question of its run.

    Raises:
        NoModelError: neither the question nor the settings name one.
    """
    report = service.store.reports.get(report_id, version).report
    question = service.store.runs.get(report_id).question
    if question.model == NONE:
        question = question.model_copy(update={"model": ""})
    if not is_configured(service.settings, question.model):
        raise NoModelError
    # What a model has written must not pass for the words of the sources.
    return report.model_copy(update={"mode": "model"}), question


@asynccontextmanager
async def _open_model(
    service: Service, report_id: str, question: Question, language: Language
) -> AsyncIterator[ModelAnalyst]:
    from virtual_lab.analysts.choosing import open_model_analyst
    from virtual_lab.jobs.ledger import RewritingLedger
    from virtual_lab.jobs.limiting import open_limiter

    ledger = RewritingLedger(service.store, report_id)
    async with (
        open_limiter(service.settings) as limiter,
        open_model_analyst(question, service.settings, language, ledger, limiter) as (analyst, _),
    ):
        yield analyst


async def _rewrite(
    request: Request, service: Service, report_id: str, work: Work[Report], note: str
) -> ReportAnswer:
    """Do the work, and keep what it gives as a new version."""
    report = await while_connected(request, service.bench.do(work))

    def keep() -> ReportAnswer:
        reports = service.store.reports
        number = reports.add_version(report_id, report, note)
        return ReportAnswer.of(reports.get(report_id, number), reports.versions(report_id))

    return await anyio.to_thread.run_sync(keep)
