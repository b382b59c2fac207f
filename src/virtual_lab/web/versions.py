"""The versions of a report: made by a model for a reader, and compared."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import StringConstraints

from virtual_lab.domain import MAX_TOPIC_LENGTH, Language
from virtual_lab.http.dependencies import CurrentService
from virtual_lab.http.hang_up import while_connected
from virtual_lab.http.parameters import ReportId, Version
from virtual_lab.report.layout import lay_out
from virtual_lab.services import rewriting
from virtual_lab.web.page_route import PageRoute
from virtual_lab.web.pages import page
from virtual_lab.web.version_diff import compare

_FEEDBACK = StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TOPIC_LENGTH)
Number = Annotated[int, Query(ge=1, le=1_000_000)]

router = APIRouter(prefix="/reports", include_in_schema=False, route_class=PageRoute)


@router.post("/{report_id}/regenerate")
async def regenerate_section(
    request: Request,
    report_id: ReportId,
    service: CurrentService,
    section: Annotated[int, Form(ge=1)],
    feedback: Annotated[str, _FEEDBACK, Form()],
    version: Version = None,
) -> RedirectResponse:
    """Have one section written again, and redirect to the new version."""
    work = rewriting.regenerate_section(service, report_id, version, section, feedback)
    return _lead_to(report_id, await while_connected(request, work))


@router.post("/{report_id}/translate")
async def translate_report(
    request: Request,
    report_id: ReportId,
    service: CurrentService,
    language: Annotated[Language, Form()],
    version: Version = None,
) -> RedirectResponse:
    """Have the report translated, and redirect to the new version."""
    work = rewriting.translate_report(service, report_id, version, language)
    return _lead_to(report_id, await while_connected(request, work))


@router.get("/{report_id}/compare")
def compare_versions(
    report_id: ReportId, request: Request, service: CurrentService, old: Number, new: Number
) -> HTMLResponse:
    """The difference between two versions."""
    reports = service.store.reports
    earlier, later = reports.get(report_id, old), reports.get(report_id, new)
    is_other_language = earlier.report.language != later.report.language
    papers = (lay_out(it.report, service.settings.citations) for it in (earlier, later))
    parts = [] if is_other_language else compare(*papers)
    return page(
        request,
        "compare",
        earlier=earlier,
        later=later,
        parts=parts,
        is_other_language=is_other_language,
        versions=reports.versions(report_id),
    )


def _lead_to(report_id: str, version: int) -> RedirectResponse:
    address = f"/reports/{report_id}?version={version}"
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)
