"""The DOCX, read back with python-docx."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from virtual_lab.domain import Report
from virtual_lab.report.docx import render_docx
from virtual_lab.report.paper import printable


def read(report: Report) -> Document:
    return docx.Document(BytesIO(render_docx(report)))


def footnotes(document: Document) -> list[str]:
    """The texts of the footnotes, in the order of their numbers."""
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FOOTNOTES)
    root: Any = parse_xml(part.blob)
    notes = [note for note in root if note.get(qn("w:type")) is None]
    return ["".join(text.text for text in note.iter(qn("w:t"))).strip() for note in notes]


def texts(document: Document, style: str) -> list[str]:
    return [p.text for p in document.paragraphs if p.style and p.style.name == style]


def table_after(document: Document, caption: str) -> list[list[str]]:
    body = document.element.body
    paragraph = next(p for p in document.paragraphs if p.text == caption)
    following = body[list(body).index(paragraph._p) + 1]
    table = next(t for t in document.tables if t._tbl is following)
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_headings_are_real_and_in_order(english_report: Report) -> None:
    document = read(english_report)
    assert texts(document, "Title") == ["How is the allergenicity of a new protein assessed?"]
    assert texts(document, "Heading 1") == [
        "Short answer",
        "Sequence comparison",
        "Case law",
        "Serum tests",
        "Where sources differ",
        "What is missing",
        "Method and team",
        "References",
        "Coverage",
    ]


def test_a_citation_is_a_footnote_with_quote_source_and_page(english_report: Report) -> None:
    document = read(english_report)
    assert footnotes(document) == [
        "“A sequence identity of 35 % over 80 amino acids is the cut-off.” — Guidance on novel food"
        " applications, e8961, p. 36 (Allergenicity › Bioinformatics) [1]",
        "“Protein digestibility studies should be performed.” — Guidance on novel food"
        " applications, e8961, p. 23 (ADME) [1]",
        "Guidance on novel food applications, e8961, p. 23 (ADME) [1]",
        "“관련 규정을 엄격하게 해석·적용하여야 하고 지나치게 확장해석하여서는 안된다.” —"
        " 시정명령취소청구, 2018누68089, 판단 (판례내용 › 판단) [2]",
    ]


def test_footnote_marks_count_up_at_their_statements(english_report: Report) -> None:
    document = read(english_report)
    marks = [
        (paragraph.text.rstrip(","), mark.get(qn("w:id")))
        for paragraph in document.paragraphs
        for mark in paragraph._p.iter(qn("w:footnoteReference"))
    ]
    assert [number for _, number in marks] == ["1", "2", "3", "4"]
    assert marks[2][0] == "“Protein digestibility studies should be performed.”"
    assert marks[3][0] == "Korean courts read the rules strictly."


def test_every_internal_link_leads_somewhere(english_report: Report) -> None:
    document = read(english_report)
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FOOTNOTES)
    notes: Any = parse_xml(part.blob)
    bookmarks = [
        mark.get(qn("w:name")) for mark in document.element.body.iter(qn("w:bookmarkStart"))
    ]
    links = [
        link.get(qn("w:anchor"))
        for root in (document.element.body, notes)
        for link in root.iter(qn("w:hyperlink"))
        if link.get(qn("w:anchor"))
    ]
    assert len(bookmarks) == len(set(bookmarks)) == 5
    assert len(links) == 7
    assert set(links) <= set(bookmarks)


def test_tables_hold_team_scores_and_coverage(english_report: Report) -> None:
    document = read(english_report)
    assert table_after(document, "Team")[1] == [
        "Allergenicity specialist",
        "Sequence and digestion. It is the heart of the question.",
    ]
    assert table_after(document, "Scores by round, out of 5") == [
        ["", "Round 1", "Round 2"],
        ["Allergenicity specialist", "●●○○○  2", "●●●●○  4"],
    ]
    assert table_after(document, "Round 2")[1][:3] == ["Allergenicity specialist", "4/5", "4"]
    assert table_after(document, "Coverage") == [
        ["Statements verified against their quotes", "3 of 4"],
        ["Sources used of those found", "2 of 5"],
        ["Sources that failed to answer or were left out", "Europe PMC"],
        ["Dropped statements", "1"],
    ]
    assert table_after(document, "Dropped statements")[1] == [
        "Every allergen is stable.",
        "no quote carries it",
    ]


def test_references_link_to_the_web(english_report: Report) -> None:
    document = read(english_report)
    first, second = texts(document, "Reference")
    assert first.startswith("[1]\tEFSA NDA Panel. Guidance on novel food applications. e8961. 2024")
    assert first.endswith("https://doi.org/10.2903/j.efsa.2024.8961")
    assert second == "[2]\t서울고등법원. 시정명령취소청구. 2018누68089. 2019-04-05. 2018누68089.md"


def test_korean_has_its_language_and_font(korean_report: Report) -> None:
    document = read(korean_report)
    assert document.core_properties.language == "ko"
    assert document.core_properties.title == korean_report.title
    language = document.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    assert language.get(qn("w:eastAsia")) == "ko-KR"
    for name in ("Normal", "Title", "Heading 1", "List Bullet"):
        fonts = document.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == "Malgun Gothic"
        assert fonts.get(qn("w:asciiTheme")) is None
    assert texts(document, "Heading 1")[0] == "요약 답변"
    assert footnotes(document) == ["시정명령취소청구, 2018누68089, 판단 (판례내용 › 판단) [1]"]


def test_a_statement_that_is_its_quote_stands_in_quotation_marks(korean_report: Report) -> None:
    (statement,) = texts(read(korean_report), "List Bullet")
    assert statement == f"“{korean_report.sections[0].findings[0].claim}”"


def test_sentences_run_on_as_text(written_report: Report) -> None:
    document = read(written_report)
    (answer,) = texts(document, "Short Answer")
    sequence = texts(document, "Body Text")[0]
    assert answer == "Identity over a threshold is followed up. [1], p. 36"
    assert sequence == "Both identity and digestion count., A third matters."
    assert footnotes(document)[0].startswith(
        "“A sequence identity of 35 % over 80 amino acids is the cut-off.” [35 %가 기준이다.] — "
    )


def test_characters_that_xml_forbids_are_left_out(english_report: Report) -> None:
    nasty = "a\x00b\x0bc\x1bd\ufffee\u202ef"
    report = english_report.model_copy(update={"title": nasty, "missing": ("\x00\x01", nasty)})
    document = read(report)
    assert texts(document, "Title") == ["ab cdef"]
    assert "ab cdef" in texts(document, "List Bullet")


def test_a_title_longer_than_a_property_is_cut_there_only(english_report: Report) -> None:
    title = "전장유전체 " * 300
    document = read(english_report.model_copy(update={"title": title}))
    assert texts(document, "Title") == [title.strip()]
    assert len(document.core_properties.title) == 255


@pytest.mark.parametrize("name", ["blns.json", "xss-payload-list.txt"])
def test_hostile_text_stays_text(
    name: str, english_report: Report, shared_data: Path, hostile_report: Any
) -> None:
    text = (shared_data / "hostile" / name).read_text("utf-8")
    strings = json.loads(text) if name.endswith("json") else text.splitlines()[::40]
    document = read(hostile_report(english_report, strings))
    listed = texts(document, "List Bullet")
    headings = texts(document, "Heading 1")
    for string in strings:
        clean = printable(string)
        assert f"“{clean}”," in listed  # a comma stands between the marks of its two notes
        assert clean in headings
    assert [
        relation.target_ref for relation in document.part.rels.values() if relation.is_external
    ] == ["https://doi.org/10.2903/j.efsa.2024.8961"]
