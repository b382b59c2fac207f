"""Reports: list, read in every format, delete."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Response

from virtual_lab.api.answers import ReportAnswer, ReportAnswerLine, ReportPage
from virtual_lab.http.dependencies import Here
from virtual_lab.http.parameters import ReportId, Version
from virtual_lab.http.problems import documented
from virtual_lab.services.report_formats import FORMATS
from virtual_lab.services.report_removal import delete_report as delete_with_gathered

router = APIRouter(prefix="/api/reports", tags=["reports"])


@router.get("", responses=documented(422, 503))
def list_reports(
    service: Here,
    cursor: Annotated[
        str | None, Query(max_length=300, description="The next of the page before.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ReportPage:
    """The latest version of each report, the newest first."""
    page = service.store.reports.list(cursor, limit)
    return ReportPage(reports=[ReportAnswerLine.of(line) for line in page.items], next=page.next)


def _get_report_as(
    ending: str, report_id: ReportId, service: Here, version: Version = None
) -> Response:
    form = FORMATS[ending]
    stored = service.store.reports.get(report_id, version)
    headers = {}
    if form.is_file:
        headers["Content-Disposition"] = f'attachment; filename="report.{ending}"'
    return Response(form.render(stored.report), media_type=form.media_type, headers=headers)


# Longer endings first: the first route that matches serves a path.
for _ending, _format in sorted(FORMATS.items(), key=lambda item: -len(item[0])):
    router.add_api_route(
        f"/{{report_id}}.{_ending}",
        partial(_get_report_as, _ending),
        name=f"get_report_{_ending}",
        summary=f"A report as {_ending}",
        description="The latest version of the report, or the one that is asked for.",
        response_class=Response,
        responses={
            200: {
                "description": "The report.",
                "content": {_format.media_type: {"schema": {"type": "string"}}},
            },
            **documented(404, 422, 500, 501, 503),
        },
    )


@router.get("/{report_id}", responses=documented(404, 422, 503))
def get_report(report_id: ReportId, service: Here, version: Version = None) -> ReportAnswer:
    """A report with everything that is known about it."""
    reports = service.store.reports
    return ReportAnswer.of(reports.get(report_id, version), reports.versions(report_id))


@router.delete("/{report_id}", status_code=204, responses=documented(404, 503))
def delete_report(report_id: ReportId, service: Here) -> None:
    """Delete all versions of a report, and what its run gathered online. Its run stays."""
    delete_with_gathered(service.store, service.settings, report_id)
