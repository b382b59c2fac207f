"""Reports: list, read in every format, delete."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Response

from virtual_lab.api.answers import ReportAnswer, ReportAnswerLine, ReportPage
from virtual_lab.http.dependencies import CurrentService
from virtual_lab.http.parameters import ReportId, Version
from virtual_lab.http.problems import documented
from virtual_lab.report.declaration import ExporterDeclaration
from virtual_lab.report.registry import exporters
from virtual_lab.services.report_removal import delete_report as delete_with_gathered

router = APIRouter(prefix="/api/reports", tags=["reports"])


@router.get("", responses=documented(422, 503))
def list_reports(
    service: CurrentService,
    cursor: Annotated[
        str | None, Query(max_length=300, description="The next of the page before.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ReportPage:
    """The latest version of each report, the newest first."""
    page = service.store.reports.list(cursor, limit)
    return ReportPage(reports=[ReportAnswerLine.of(line) for line in page.items], next=page.next)


def _get_report_as(
    exporter: ExporterDeclaration,
    report_id: ReportId,
    service: CurrentService,
    version: Version = None,
) -> Response:
    stored = service.store.reports.get(report_id, version)
    headers = {}
    if exporter.is_download:
        headers["Content-Disposition"] = f'attachment; filename="report{exporter.ending}"'
    content = exporter.content(stored.report, service.settings.citations)
    return Response(content, media_type=exporter.media_type, headers=headers)


# Longer endings first, since the first route that matches a path serves it.
for _exporter in sorted(exporters(), key=lambda exporter: -len(exporter.ending)):
    _form = _exporter.ending.removeprefix(".")
    router.add_api_route(
        f"/{{report_id}}.{_form}",
        partial(_get_report_as, _exporter),
        name=f"get_report_{_form}",
        summary=f"A report as {_form}",
        description="The latest version of the report, or the one that is asked for.",
        response_class=Response,
        responses={
            200: {
                "description": "The report.",
                "content": {_exporter.media_type: {"schema": {"type": "string"}}},
            },
            **documented(404, 422, 500, 501, 503),
        },
    )


@router.get("/{report_id}", responses=documented(404, 422, 503))
def get_report(
    report_id: ReportId, service: CurrentService, version: Version = None
) -> ReportAnswer:
    """A report with its versions, as JSON."""
    reports = service.store.reports
    return ReportAnswer.of(reports.get(report_id, version), reports.versions(report_id))


@router.delete("/{report_id}", status_code=204, responses=documented(404, 503))
def delete_report(report_id: ReportId, service: CurrentService) -> None:
    """Delete all versions of a report, and what its run found online. Its run stays."""
    delete_with_gathered(service.store, service.settings, report_id)
