"""The pages of reports: their list, and one report with its quotes."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from virtual_lab.http.dependencies import CurrentService
from virtual_lab.http.parameters import ReportId, Version
from virtual_lab.report.html import render_parts
from virtual_lab.report.layout import lay_out
from virtual_lab.report.registry import exporters
from virtual_lab.services.report_removal import delete_report as delete_with_gathered
from virtual_lab.services.rewriting import can_rewrite
from virtual_lab.web.page_route import PageRoute
from virtual_lab.web.pages import page
from virtual_lab.web.quotes import quote_address

router = APIRouter(prefix="/reports", include_in_schema=False, route_class=PageRoute)


@router.get("")
def list_reports(
    request: Request, service: CurrentService, cursor: str | None = None
) -> HTMLResponse:
    """The latest version of each report."""
    return page(request, "reports", reports=service.store.reports.list(cursor))


@router.get("/{report_id}")
def show_report(
    report_id: ReportId, request: Request, service: CurrentService, version: Version = None
) -> HTMLResponse:
    """One report."""
    stored = service.store.reports.get(report_id, version)
    paper = lay_out(stored.report, service.settings.citations)
    return page(
        request,
        "report",
        stored=stored,
        report=stored.report,
        coverage=stored.report.coverage,
        paper=paper,
        parts=render_parts(paper, partial(quote_address, stored)),
        versions=service.store.reports.versions(report_id),
        exporters=exporters(),
        can_rewrite=can_rewrite(service, report_id),
    )


@router.post("/{report_id}/delete")
def delete_report(report_id: ReportId, service: CurrentService) -> RedirectResponse:
    """Delete a report."""
    delete_with_gathered(service.store, service.settings, report_id)
    return RedirectResponse("/reports", 303)
