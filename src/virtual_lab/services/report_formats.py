"""The forms in which a report is given, by the ending of their files."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from virtual_lab.domain import Report
from virtual_lab.report.bibliography import to_bibtex, to_csl, to_ris
from virtual_lab.report.html import render_html
from virtual_lab.report.json import render_json
from virtual_lab.report.markdown import render_markdown
from virtual_lab.report.pdf import render_pdf

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


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
