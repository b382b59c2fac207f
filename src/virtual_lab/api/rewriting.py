"""Rewriting: one section of a report written again, or all of it translated, as a new version."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

import anyio
from fastapi import APIRouter, Request

from virtual_lab.api.answers import ReportAnswer
from virtual_lab.api.models import SectionRequest, TranslationRequest
from virtual_lab.http.dependencies import CurrentService
from virtual_lab.http.hang_up import while_connected
from virtual_lab.http.parameters import ReportId, Version
from virtual_lab.http.problems import documented
from virtual_lab.services.rewriting import regenerate_section, translate_report
from virtual_lab.services.service import Service

_ERRORS = documented(402, 403, 404, 409, 413, 422, 501, 502, 503)

router = APIRouter(prefix="/api/reports", tags=["reports"])


@router.post("/{report_id}/regenerate", responses=_ERRORS)
async def regenerate_report(
    request: Request,
    report_id: ReportId,
    body: SectionRequest,
    service: CurrentService,
    version: Version = None,
) -> ReportAnswer:
    """Write one section again by its reader's feedback, and verify it like the first time.

    The collections are those of the run, with what it found online. Hanging up stops it.
    """
    work = regenerate_section(service, report_id, version, body.section, body.feedback)
    return await _new_version(request, service, report_id, work)


@router.post("/{report_id}/translate", responses=_ERRORS)
async def translate(
    request: Request,
    report_id: ReportId,
    body: TranslationRequest,
    service: CurrentService,
    version: Version = None,
) -> ReportAnswer:
    """Translate a report; quotes stay verbatim, with a translation beside them.

    Hanging up stops it.
    """
    work = translate_report(service, report_id, version, body.language)
    return await _new_version(request, service, report_id, work)


async def _new_version(
    request: Request, service: Service, report_id: str, work: Coroutine[Any, Any, int]
) -> ReportAnswer:
    """Do the work, and answer with the version that it gives."""
    number = await while_connected(request, work)

    def read() -> ReportAnswer:
        reports = service.store.reports
        return ReportAnswer.of(reports.get(report_id, number), reports.versions(report_id))

    return await anyio.to_thread.run_sync(read)
