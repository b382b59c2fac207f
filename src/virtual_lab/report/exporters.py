"""The built-in exporters, which import the module of a format only when they write it."""

from __future__ import annotations

from virtual_lab.domain import Report
from virtual_lab.plugins import Label
from virtual_lab.report.citing import CitationStyle
from virtual_lab.report.declaration import ExporterDeclaration


def _markdown(report: Report, citations: CitationStyle) -> str:
    from virtual_lab.report.markdown import render_markdown

    return render_markdown(report, citations)


def _html(report: Report, citations: CitationStyle) -> str:
    from virtual_lab.report.html import render_html

    return render_html(report, citations)


def _json(report: Report, _: CitationStyle) -> str:
    from virtual_lab.report.json import render_json

    return render_json(report)


def _docx(report: Report, citations: CitationStyle) -> bytes:
    from virtual_lab.report.docx import render_docx

    return render_docx(report, citations)


def _pdf(report: Report, citations: CitationStyle) -> bytes:
    from virtual_lab.report.pdf import render_pdf

    return render_pdf(report, citations)


def _require_pdf() -> None:
    from virtual_lab.report.pdf import require_pdf

    require_pdf()


def _bibtex(report: Report, _: CitationStyle) -> str:
    from virtual_lab.report.bibliography import to_bibtex

    return to_bibtex(report.references)


def _ris(report: Report, _: CitationStyle) -> str:
    from virtual_lab.report.bibliography import to_ris

    return to_ris(report.references)


def _csl(report: Report, _: CitationStyle) -> str:
    from virtual_lab.report.bibliography import to_csl

    return to_csl(report.references)


MARKDOWN = ExporterDeclaration(
    label=Label("Markdown"),
    place=1,
    ending=".md",
    media_type="text/markdown",
    render=_markdown,
    is_download=False,
)
HTML = ExporterDeclaration(
    label=Label("HTML"),
    place=2,
    ending=".html",
    media_type="text/html",
    render=_html,
    is_download=False,
)
JSON = ExporterDeclaration(
    label=Label("JSON"),
    place=3,
    ending=".json",
    media_type="application/json",
    render=_json,
    is_download=False,
)
DOCX = ExporterDeclaration(
    label=Label("Word"),
    place=4,
    ending=".docx",
    media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    render=_docx,
)
PDF = ExporterDeclaration(
    label=Label("PDF"),
    place=5,
    ending=".pdf",
    media_type="application/pdf",
    render=_pdf,
    check=_require_pdf,
)
BIBTEX = ExporterDeclaration(
    label=Label("BibTeX"),
    place=6,
    ending=".bib",
    media_type="application/x-bibtex",
    render=_bibtex,
)
RIS = ExporterDeclaration(
    label=Label("RIS"),
    place=7,
    ending=".ris",
    media_type="application/x-research-info-systems",
    render=_ris,
)
CSL_JSON = ExporterDeclaration(
    label=Label("CSL-JSON"),
    place=8,
    ending=".csl.json",
    media_type="application/vnd.citationstyles.csl+json",
    render=_csl,
)
