"""PDF: text with pages and headings, by pypdfium2, without what the layout repeats.

The text layer gives lines; their position, height and weight tell body text from running
headers, footnotes and headings. Nothing is guessed from the words alone but tables of contents
and reference lists.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from virtual_lab.documents.document import Document
from virtual_lab.documents.readers.pdf_layout import Layout, TextLine
from virtual_lab.errors import BrokenDocumentError, EncryptedDocumentError, ScannedDocumentError
from virtual_lab.messages import Message
from virtual_lab.text.language import detect_language

MAX_PAGES = 5_000
_MAX_PAGE_CHARACTERS = 400_000
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_DIGITS = re.compile(r"\d+")
# Below this mean number of characters a page holds no text layer worth the name.
_SCANNED_BELOW = 3


def read_pdf(path: Path) -> Document:
    """Read a PDF.

    Raises:
        EncryptedDocumentError: a password is needed.
        BrokenDocumentError: pdfium cannot open it, or it has no pages.
        ScannedDocumentError: there is no text layer.
    """
    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD:
            raise EncryptedDocumentError() from None
        raise BrokenDocumentError("document.not_a_pdf", said=error) from None
    try:
        return _read(pdf, path)
    finally:
        pdf.close()


def _read(pdf: Any, path: Path) -> Document:
    count = len(pdf)
    if count == 0:
        raise BrokenDocumentError("document.no_pages")
    pages: list[list[TextLine]] = []
    warnings: list[Message] = []
    for number in range(min(count, MAX_PAGES)):
        try:
            pages.append(list(_lines(pdf, number)))
        except pypdfium2.PdfiumError:
            pages.append([])
            warnings.append(Message.of("document.lost_page", page=number + 1))
    if count > MAX_PAGES:
        warnings.append(Message.of("document.lost_pages", most=MAX_PAGES, count=count))
    if sum(len(line.text) for page in pages for line in page) < _SCANNED_BELOW * len(pages):
        raise ScannedDocumentError()
    layout = Layout(pages)
    builder = layout.build()
    empty = [number for number, page in enumerate(pages, 1) if not page]
    if empty and len(pages) > 1:
        shown = ", ".join(map(str, empty[:20]))
        warnings.append(Message.of("document.no_text_on_pages", pages=shown))
    return Document(
        title=_title(pdf) or layout.title() or path.stem,
        text=builder.text,
        blocks=builder.blocks,
        language=detect_language(builder.text),
        path=str(path),
        pages=count,
        warnings=tuple(warnings),
    )


def _title(pdf: Any) -> str | None:
    """The title in the metadata, unless it is the name of a file or of a template."""
    try:
        title = " ".join(str(pdf.get_metadata_value("Title")).split())
    except (pypdfium2.PdfiumError, UnicodeError):
        return None
    unusable = re.search(r"(?i)\.(docx?|indd|qxd|pdf|tex|dvi|rtf)$|^microsoft|untitled", title)
    return title if len(title) > 8 and " " in title and not unusable else None


def _lines(pdf: Any, number: int) -> Iterator[TextLine]:
    page = pdf[number]
    textpage = page.get_textpage()
    try:
        height = page.get_height()
        text = textpage.get_text_range(0, min(textpage.count_chars(), _MAX_PAGE_CHARACTERS))
        probe = _Probe(textpage.raw)
        position = 0
        for raw in text.split("\r\n"):
            offset = position + len(raw) - len(raw.lstrip())
            position += len(raw) + 2
            if not raw.strip():
                continue
            style = probe.style(offset, offset + min(len(raw.strip()), 40))
            yield TextLine(
                text=_marked(raw, position - len(raw) - 2, probe, style),
                page=number + 1,
                left=style.left,
                top=height - style.top,
                height=style.height,
                bold=style.bold,
                page_height=height,
            )
    finally:
        textpage.close()
        page.close()


def _marked(raw: str, offset: int, probe: _Probe, style: _Style) -> str:
    """``raw`` with footnote marks as superscript digits: "2004³¹", not "200431"."""

    def mark(match: re.Match[str]) -> str:
        run, start = match[0], match.start()
        if start == 0 or raw[start - 1].isspace():
            return run
        raised = len(run)
        while raised and probe.is_raised(offset + start + raised - 1, style):
            raised -= 1
        return run[:raised] + run[raised:].translate(_SUPERSCRIPT)

    return _DIGITS.sub(mark, raw)


@dataclass(frozen=True)
class _Style:
    left: float
    top: float
    height: float
    bold: bool


class _Probe:
    """Asks pdfium for the position and font of single characters of one page."""

    def __init__(self, textpage: Any) -> None:
        self._textpage = textpage
        self._rect = pdfium.FS_RECTF()
        self._font = ctypes.create_string_buffer(128)
        self._flags = ctypes.c_int()
        self._box = tuple(ctypes.c_double() for _ in range(4))

    def style(self, start: int, end: int) -> _Style:
        """Position of the first character; the height and weight that most characters have."""
        left, top, _ = self._loose(start)
        samples = range(start, end, max(1, (end - start) // 3))
        heights = sorted(self._loose(index)[2] for index in samples)
        bold = sum(self._is_bold(index) for index in samples)
        return _Style(left, top, heights[len(heights) // 2], bold * 2 > len(samples))

    def is_raised(self, index: int, line: _Style) -> bool:
        """Whether a digit is set smaller than its line and above its feet: a footnote mark."""
        left, right, bottom, top = self._box
        if not pdfium.FPDFText_GetCharBox(self._textpage, index, left, right, bottom, top):
            return False
        # A digit of full size is about 0.53 of the height of the line, a raised one about 0.3.
        small = 0 < top.value - bottom.value < 0.42 * line.height
        return small and bottom.value > line.top - 0.62 * line.height

    def _loose(self, index: int) -> tuple[float, float, float]:
        if not pdfium.FPDFText_GetLooseCharBox(self._textpage, index, self._rect):
            return 0.0, 0.0, 0.0
        rect = self._rect
        return rect.left, rect.top, rect.top - rect.bottom

    def _is_bold(self, index: int) -> bool:
        weight = pdfium.FPDFText_GetFontWeight(self._textpage, index)
        if weight >= 600:
            return True
        size = pdfium.FPDFText_GetFontInfo(
            self._textpage, index, self._font, len(self._font), self._flags
        )
        return size > 0 and b"bold" in self._font.value.lower()
