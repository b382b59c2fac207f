"""Rewriting: one section of a report again, or all of it in another language, as a new version."""

from __future__ import annotations

import anyio
from fastapi import APIRouter, Request

from virtual_lab.api.answers import ReportAnswer
from virtual_lab.api.models import SectionRequest, TranslationRequest
from virtual_lab.api.reports import Version
from virtual_lab.api.research import while_connected
from virtual_lab.http.identifiers import ReportId
from virtual_lab.http.problems import documented
from virtual_lab.jobs.rewriting import Rewriting
from virtual_lab.services.service import Here, Service
from virtual_lab.services.synchronous import Work

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
    rewriting = await _open(service, report_id, version)
    return await _rewrite(
        request, service, report_id, lambda: rewriting.regenerate(body.section, body.feedback)
    )


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
    rewriting = await _open(service, report_id, version)
    return await _rewrite(request, service, report_id, lambda: rewriting.translate(body.language))


async def _open(service: Service, report_id: str, version: int | None) -> Rewriting:
    return await anyio.to_thread.run_sync(
        Rewriting.open, service.store, service.settings, report_id, version
    )


async def _rewrite(
    request: Request, service: Service, report_id: str, work: Work[int]
) -> ReportAnswer:
    """Do the work, and answer with the version that it gives."""
    number = await while_connected(request, service.synchronous.do(work))

    def read() -> ReportAnswer:
        reports = service.store.reports
        return ReportAnswer.of(reports.get(report_id, number), reports.versions(report_id))

    return await anyio.to_thread.run_sync(read)
