"""The report as DOCX, with headings, tables, and citations as footnotes with their quotes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from io import BytesIO
from itertools import count
from typing import Any

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph

from virtual_lab.domain import Report
from virtual_lab.report import docx_styles as style
from virtual_lab.report.citing import CitationStyle
from virtual_lab.report.docx_markup import (
    Footnotes,
    add_bookmark,
    add_field,
    add_link,
    element,
)
from virtual_lab.report.layout import lay_out
from virtual_lab.report.paper import (
    Block,
    Items,
    Paper,
    ProseBlock,
    Recalled,
    References,
    Scores,
    StatementBlock,
    Statements,
    Table,
    reference_anchor,
)
from virtual_lab.report.scores import HIGHEST_SCORE

_LONGEST_PROPERTY = 255  # The limit of a property in an OPC package.
_LONGEST_FOOTER = 80
# The styles of a paragraph and of a list item.
_STYLES = ("Body Text", "List Bullet")
_ANSWER_STYLES = (style.ANSWER, style.ANSWER_BULLET)
# So many first rows of a table stay on one page with the row after them.
_ROWS_KEPT_WITH_NEXT = 3


def render_docx(report: Report, citations: CitationStyle = "numbered") -> bytes:
    """The whole report as a Word document."""
    writer = _Writer(lay_out(report, citations))
    writer.write()
    file = BytesIO()
    writer.document.save(file)
    return file.getvalue()


class _Writer:
    """Writes one paper into one new document."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self.document: Document = docx.Document()
        style.set_styles(self.document, paper.language)
        self._footnotes = Footnotes(self.document)
        self._bookmarks = count(1)

    def write(self) -> None:
        """Write the whole paper."""
        paper, document = self._paper, self.document
        self._set_properties()
        self._write_footer()
        document.add_paragraph(paper.label, style.LABEL)
        document.add_paragraph(paper.title, "Title")
        for fact in paper.facts:
            document.add_paragraph(fact, style.FACTS)
        for part in paper.parts:
            document.add_heading(part.title, level=1)
            text, bullet = _ANSWER_STYLES if part.answer else _STYLES
            for block in part.blocks:
                self._write_block(block, text, bullet)

    def _write_block(self, block: Block, text: str, bullet: str) -> None:
        match block:
            case ProseBlock():
                self.document.add_paragraph(block.text, style.ASIDE if block.aside else text)
            case Items():
                for item in block.items:
                    self.document.add_paragraph(item, bullet)
            case Statements():
                self._write_each(block, text, bullet, self._write_statement)
            case Recalled():
                self._write_each(block, text, bullet, self._recall)
            case Table():
                self._write_table(block)
            case Scores():
                self._write_scores(block)
            case References():
                self._write_references(block)

    def _write_each(
        self,
        block: Statements | Recalled,
        text: str,
        bullet: str,
        write: Callable[[Paragraph, StatementBlock], None],
    ) -> None:
        """Write statements, each into a paragraph of its own, or all into one running text."""
        if not block.running:
            for statement in block.items:
                write(self.document.add_paragraph(style=bullet), statement)
            return
        paragraph = self.document.add_paragraph(style=text)
        for index, statement in enumerate(block.items):
            if index:
                paragraph.add_run(" ")
            write(paragraph, statement)

    def _write_statement(self, paragraph: Paragraph, statement: StatementBlock) -> None:
        add_bookmark(paragraph, statement.anchor, next(self._bookmarks))
        paragraph.add_run(statement.quoted)
        for index, note in enumerate(statement.notes):
            if index:
                paragraph.add_run(",").font.superscript = True
            self._footnotes.add(
                paragraph,
                note.text,
                anchor=reference_anchor(note.reference),
                label=f"[{note.cited_as}]",
            )

    def _recall(self, paragraph: Paragraph, statement: StatementBlock) -> None:
        paragraph.add_run(f"{statement.quoted} ")
        labels = "; ".join(note.label for note in statement.notes)
        if labels:
            add_link(paragraph, labels, anchor=statement.anchor)

    def _write_table(self, table: Table) -> None:
        self._caption(table.caption)
        rows = [table.head, *table.rows] if table.head else table.rows
        made = self._grid(len(rows), table.widths)
        for row, texts in zip(made.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.paragraphs[0].add_run(text)
        if table.head:
            _make_head(made)

    def _write_scores(self, scores: Scores) -> None:
        self._caption(scores.caption)
        made = self._grid(len(scores.rows) + 1, (3, *(1.4 for _ in scores.rounds)))
        for cell, text in zip(made.rows[0].cells[1:], scores.rounds, strict=True):
            cell.paragraphs[0].add_run(text)
        for row, (role, given) in zip(made.rows[1:], scores.rows, strict=True):
            row.cells[0].paragraphs[0].add_run(role)
            for cell, score in zip(row.cells[1:], given, strict=True):
                if score is None:
                    cell.paragraphs[0].add_run(scores.unscored).font.color.rgb = style.SOFT
                else:
                    _draw_score(cell.paragraphs[0], score)
        _make_head(made)

    def _write_references(self, references: References) -> None:
        gap = "\t" if references.numbered else " "
        for reference in references.items:
            paragraph = self.document.add_paragraph(style=style.REFERENCE)
            anchor = reference_anchor(reference.number)
            add_bookmark(paragraph, anchor, next(self._bookmarks))
            paragraph.add_run(f"[{reference.cited_as}]{gap}{reference.text}")
            if reference.url:
                paragraph.add_run(" ")
                add_link(paragraph, reference.url, url=reference.url)

    def _caption(self, text: str) -> None:
        if text:
            self.document.add_paragraph(text, "Caption")

    def _grid(self, rows: int, widths: Sequence[float]) -> WordTable:
        """An empty table over the whole width, with lines between its rows."""
        made: WordTable = self.document.add_table(rows, len(widths))
        made.autofit = False
        properties: Any = made._tbl.tblPr
        lines = [
            element(f"w:{side}", val="single", sz="4", space="0", color=style.LINE)
            for side in ("top", "bottom", "insideH")
        ]
        layout = properties.find(qn("w:tblLayout"))
        layout.addprevious(element("w:tblBorders", *lines))
        padding = [element(f"w:{side}", w="40", type="dxa") for side in ("top", "bottom")]
        layout.addnext(element("w:tblCellMar", *padding))
        whole = sum(widths)
        for column, width in zip(made.columns, widths, strict=True):
            column.width = int(style.TEXT_WIDTH * width / whole)
        for row in made.rows:
            row._tr.get_or_add_trPr().append(element("w:cantSplit"))
            for cell, column in zip(row.cells, made.columns, strict=True):
                cell.width = column.width
                cell.paragraphs[0].style = style.CELL
        for row in made.rows[: min(rows - 1, _ROWS_KEPT_WITH_NEXT)]:
            row.cells[0].paragraphs[0].paragraph_format.keep_with_next = True
        return made

    def _set_properties(self) -> None:
        properties, paper = self.document.core_properties, self._paper
        properties.title = paper.title[:_LONGEST_PROPERTY]
        properties.subject = paper.label
        properties.language = paper.language
        properties.author = properties.last_modified_by = "Virtual Lab"
        properties.created = properties.modified = datetime.now(UTC)
        properties.comments = properties.keywords = ""

    def _write_footer(self) -> None:
        paragraph = self.document.sections[0].footer.paragraphs[0]
        title = self._paper.title
        cut = title if len(title) <= _LONGEST_FOOTER else title[: _LONGEST_FOOTER - 1] + "…"
        paragraph.add_run(f"{cut}\t")
        add_field(paragraph, "PAGE")
        paragraph.add_run(" / ")
        add_field(paragraph, "NUMPAGES")


def _make_head(table: WordTable) -> None:
    """Make the first row the table's head, which Word repeats on every page."""
    head = table.rows[0]
    head._tr.get_or_add_trPr().append(element("w:tblHeader"))
    for cell in head.cells:
        for text in cell.paragraphs[0].runs:
            text.bold = True


def _draw_score(paragraph: Paragraph, score: int) -> None:
    paragraph.add_run("●" * score).font.color.rgb = style.ACCENT
    paragraph.add_run("○" * (HIGHEST_SCORE - score)).font.color.rgb = style.SOFT
    paragraph.add_run(f"  {score}")
