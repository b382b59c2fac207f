"""References by author and year, in every format that is read."""

from __future__ import annotations

import io
import re

import docx
import pypdfium2
import pytest

from virtual_lab.domain import Report
from virtual_lab.report.docx import render_docx
from virtual_lab.report.html import render_html
from virtual_lab.report.markdown import render_markdown
from virtual_lab.report.pdf import render_pdf


@pytest.fixture
def report(english_report: Report) -> Report:
    """Two works of one panel and year, and one by a Korean author."""
    first, second, *rest = english_report.references
    same = {"authors": ("Bran, Anna", "Kim, Jin"), "published": "2024", "year": None}
    references = (
        first.model_copy(update=same),
        second.model_copy(update={"authors": ("김철수",), "published": "2019-04-05"}),
        *rest,
        first.model_copy(update={**same, "id": "another"}),
    )
    return english_report.model_copy(update={"references": references})


def plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>|\\\\", "", text).replace("&amp;", "&").split())


def of_markdown(report: Report) -> str:
    return render_markdown(report, "author-year")


def of_html(report: Report) -> str:
    return render_html(report, "author-year")


def of_docx(report: Report) -> str:
    document = docx.Document(io.BytesIO(render_docx(report, "author-year")))
    return " ".join(paragraph.text for paragraph in document.paragraphs)


def of_pdf(report: Report) -> str:
    pages = pypdfium2.PdfDocument(render_pdf(report, "author-year"))
    return " ".join(page.get_textpage().get_text_range() for page in pages)


@pytest.mark.slow
@pytest.mark.parametrize("render", [of_markdown, of_html, of_docx, of_pdf])
def test_labels_tell_two_of_one_year_apart(render, report: Report) -> None:  # type: ignore[no-untyped-def]
    text = plain(render(report))
    for label in ("[Bran & Kim, 2024a]", "[Bran & Kim, 2024b]", "[김철수, 2019]"):
        assert label in text, label
    assert "[1]" not in text
