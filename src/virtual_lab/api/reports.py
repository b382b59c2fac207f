"""Reports: list, read in every format, delete."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query, Response

from virtual_lab.api.answers import ReportAnswer, ReportAnswerLine, ReportPage
from virtual_lab.domain import Report
from virtual_lab.http.identifiers import ReportId
from virtual_lab.http.problems import documented
from virtual_lab.report.bibliography import to_bibtex, to_csl, to_ris
from virtual_lab.report.html import render_html
from virtual_lab.report.json import render_json
from virtual_lab.report.markdown import render_markdown
from virtual_lab.report.pdf import render_pdf
from virtual_lab.services.report_removal import delete_report as delete_with_gathered
from virtual_lab.services.service import Here

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

router = APIRouter(prefix="/api/reports", tags=["reports"])

Version = Annotated[int | None, Query(ge=1, le=1_000_000, description="The latest where None.")]


class Format(NamedTuple):
    """A form in which a report is given; ``is_file`` where a browser keeps it as a file."""

    media_type: str
    render: Callable[[Report], str | bytes]
    is_file: bool = False


def _render_docx(report: Report) -> bytes:
    # Imported here because it is slow to load, and rarely needed.
    from virtual_lab.report.docx import render_docx

    return render_docx(report)


FORMATS = {
    "md": Format("text/markdown", render_markdown),
    "html": Format("text/html", render_html),
    "json": Format("application/json", render_json),
    "docx": Format(_WORD, _render_docx, is_file=True),
    "pdf": Format("application/pdf", render_pdf, is_file=True),
    "bib": Format(
        "application/x-bibtex", lambda report: to_bibtex(report.references), is_file=True
    ),
    "ris": Format(
        "application/x-research-info-systems",
        lambda report: to_ris(report.references),
        is_file=True,
    ),
    "csl.json": Format(
        "application/vnd.citationstyles.csl+json",
        lambda report: to_csl(report.references),
        is_file=True,
    ),
}


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
