"""The page of a quote: its context in the text of the source, and a picture of the PDF page."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import closing
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse

from virtual_lab.bootstrap.library import open_index
from virtual_lab.documents.page_image import picture_page
from virtual_lab.domain import Quote, Report, Source
from virtual_lab.errors import NotFoundError
from virtual_lab.http.dependencies import CurrentService
from virtual_lab.http.parameters import ReportId, Version
from virtual_lab.library.index import DocumentIndex
from virtual_lab.library.ingest import original
from virtual_lab.report.layout import lay_out, web_address
from virtual_lab.report.numbering import quote_place
from virtual_lab.report.paper import Paper, StatementBlock
from virtual_lab.services.service import Service
from virtual_lab.store import StoredReport
from virtual_lab.web.context import context_of
from virtual_lab.web.page_route import PageRoute
from virtual_lab.web.pages import page

Number = Annotated[int, InPath(ge=1, le=1_000_000)]
# Few, because each process that draws a page may take a gigabyte of memory.
_MOST_CONCURRENT_PICTURES = 2
_pictures = threading.BoundedSemaphore(_MOST_CONCURRENT_PICTURES)

router = APIRouter(prefix="/reports", include_in_schema=False, route_class=PageRoute)


def quote_address(stored: StoredReport, number: int) -> str:
    """The path of the page of a quote, by its number from 1 in a version of a report."""
    return f"/reports/{stored.id}/quotes/{number}?version={stored.version}"


@router.get("/{report_id}/quotes/{number}")
def show_quote(
    report_id: ReportId,
    number: Number,
    request: Request,
    service: CurrentService,
    version: Version = None,
) -> HTMLResponse:
    """The quote in its context, and the statements that cite it."""
    stored = service.store.reports.get(report_id, version)
    report = stored.report
    quote, source = _cited(report, number)
    with closing(open_index(service.settings)) as index:
        context = context_of(quote, index)
        has_picture = _original(index, quote) is not None
    paper = lay_out(report, service.settings.citations)
    return page(
        request,
        "quote",
        stored=stored,
        title=paper.title,
        number=number,
        most=len(report.quotes()),
        quote=quote,
        source=source,
        place=quote_place(quote, report.language),
        link=web_address(source),
        context=context,
        statements=list(_statements_citing(number, paper)),
        has_picture=has_picture,
        report_language=report.language,
        address=lambda other: quote_address(stored, other),
    )


@router.get("/{report_id}/quotes/{number}/page.png")
def show_page(
    report_id: ReportId,
    number: Number,
    request: Request,
    service: CurrentService,
    version: Version = None,
) -> Response:
    """A picture of the PDF page that contains the quote, with the quote marked."""
    quote, _ = _cited(service.store.reports.get(report_id, version).report, number)
    path = _find_original(service, quote)
    key = f"{quote.source_id}:{quote.start}:{quote.end}"
    tag = f'"{hashlib.sha256(key.encode()).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    with _pictures:
        picture = picture_page(
            path, quote.locator.page or 1, quote.text, service.settings.read_timeout_s
        )
    return Response(picture, media_type="image/png", headers=headers)


def _cited(report: Report, number: int) -> tuple[Quote, Source]:
    quotes = report.quotes()
    if number > len(quotes):
        raise NotFoundError("report.no_quote", number=number, most=len(quotes))
    quote = quotes[number - 1]
    return quote, next(source for source in report.references if source.id == quote.source_id)


def _statements_citing(number: int, paper: Paper) -> Iterator[StatementBlock]:
    """The statements that cite a quote, without their repetitions in other parts."""
    for part in paper.parts:
        for block in part.blocks:
            if block.kind == "statements":
                yield from (s for s in block.items if any(number in n.numbers for n in s.notes))


def _find_original(service: Service, quote: Quote) -> Path:
    with closing(open_index(service.settings)) as index:
        path = _original(index, quote)
    if path is None:
        raise NotFoundError("report.no_readable_pdf")
    return path


def _original(index: DocumentIndex, quote: Quote) -> Path | None:
    """The PDF that contains a quote; None where the file is no PDF, deleted or changed."""
    if quote.locator.page is None:
        return None
    path = original(index, quote.source_id)
    return path if path and path.suffix.lower() == ".pdf" else None
