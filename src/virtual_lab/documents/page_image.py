"""A page of a PDF as a picture in which a quote is marked, drawn in a process of its own.

A PDF may be hostile: the process has little memory, and is killed where it takes too long.
"""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import unicodedata
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from virtual_lab.documents.sandbox import limit_memory
from virtual_lab.errors import BrokenDocumentError, OversizedDocumentError, SlowDocumentError

WIDTH = 1_000
"""Of a picture, in pixels; less where the page is so long that it would have too many."""
MOST_PIXELS = 3_000_000
_MOST_CHARACTERS = 400_000
_LINK = 24  # characters of both ends of a quote that find it where a note interrupts it
_MARK = (255, 221, 87)


def picture_page(path: Path, page: int, words: str, timeout: float = 30.0) -> bytes:
    """Draw a page; gives a PNG, with the words marked where they are found.

    Args:
        path: of the PDF.
        page: its number, from 1.
        words: those to mark, as they stand in the text that was read from the PDF.
        timeout: seconds after which it is given up.

    Raises:
        UnreadableDocumentError: why there is no picture.
    """
    request = json.dumps({"path": str(path), "page": page, "words": words}).encode()
    command = [sys.executable, "-m", "virtual_lab.documents.page_image"]
    try:
        done = subprocess.run(
            command, input=request, capture_output=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        raise SlowDocumentError("document.over_time", seconds=f"{timeout:.0f}") from None
    if done.returncode or not done.stdout:
        raise BrokenDocumentError("document.page_not_drawn", page=page)
    return done.stdout


def draw_page(path: Path, number: int, words: str) -> bytes:
    """The same in this process.

    Raises:
        BrokenDocumentError: it is no PDF, or has no such page.
        OversizedDocumentError: the page has no size that can be drawn.
    """
    try:
        pdf = pypdfium2.PdfDocument(path)
        try:
            if not 0 < number <= len(pdf):
                raise BrokenDocumentError("document.no_page", page=number)
            page = pdf[number - 1]
            _mark(page, words)
            return _png(_bitmap(page))
        finally:
            pdf.close()
    except pypdfium2.PdfiumError as error:
        raise BrokenDocumentError("document.not_a_pdf", said=error) from None


def _mark(page: Any, words: str) -> None:
    """Lay colour over the lines in which the words stand, as a pen does; it is not kept."""
    textpage = page.get_textpage()
    try:
        text = textpage.get_text_range(0, min(textpage.count_chars(), _MOST_CHARACTERS))
        stretch = find_words(text, words)
        if stretch is None:
            return
        start, end = stretch
        count = textpage.count_rects(start, end - start)
        boxes = [textpage.get_rect(index) for index in range(count)]
    finally:
        textpage.close()
    for left, bottom, right, top in boxes:
        box = pdfium.FPDFPageObj_CreateNewRect(left, bottom - 1, right - left, top - bottom + 2)
        pdfium.FPDFPageObj_SetFillColor(box, *_MARK, 255)
        pdfium.FPDFPageObj_SetBlendMode(box, b"Multiply")
        pdfium.FPDFPath_SetDrawMode(box, pdfium.FPDF_FILLMODE_WINDING, False)
        pdfium.FPDFPage_InsertObject(page.raw, box)


def find_words(text: str, words: str) -> tuple[int, int] | None:
    """Where words stand in the text of a page, which has other spaces, hyphens and marks.

    Only letters and digits are compared. Words that something interrupts, such as a footnote
    between two columns, are found by their beginning and their end.
    """
    letters = list(_letters(text))
    page = "".join(letter for letter, _ in letters)
    wanted = "".join(letter for letter, _ in _letters(words))
    if not wanted:
        return None
    start, length = page.find(wanted), len(wanted)
    if start < 0:
        start = page.find(wanted[:_LINK])
        end = page.find(wanted[-_LINK:], start + 1)
        if start < 0 or not 0 < end - start < 2 * length:
            return None
        length = end + len(wanted[-_LINK:]) - start
    return letters[start][1], letters[start + length - 1][1] + 1


def _letters(text: str) -> Iterator[tuple[str, int]]:
    """The letters and digits of a text in their plain form, each with its place."""
    for place, character in enumerate(text):
        for plain in unicodedata.normalize("NFKC", character).casefold():
            if plain.isalnum():
                yield plain, place


def _bitmap(page: Any) -> Any:
    width, height = page.get_size()
    if width < 1 or height < 1:
        raise OversizedDocumentError("document.page_without_size")
    scale = min(WIDTH / width, (MOST_PIXELS / (width * height)) ** 0.5)
    return page.render(scale=scale, rev_byteorder=True, may_draw_forms=False)


def _png(bitmap: Any) -> bytes:
    """The picture as PNG (ISO/IEC 15948), eight bits for each of red, green and blue."""
    data, row = memoryview(bitmap.buffer), bitmap.width * 3
    starts = range(0, bitmap.height * bitmap.stride, bitmap.stride)
    lines = (b"\0" + data[start : start + row] for start in starts)
    header = struct.pack(">IIBBBBB", bitmap.width, bitmap.height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"".join(lines), 6)
    parts = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    chunks = [
        struct.pack(">I", len(content)) + kind + content + _checksum(kind + content)
        for kind, content in parts
    ]
    return b"".join([b"\x89PNG\r\n\x1a\n", *chunks])


def _checksum(chunk: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(chunk))


def _serve() -> None:
    """Draw the one page that the parent asks for."""
    limit_memory()
    request = json.load(sys.stdin.buffer)
    sys.stdout.buffer.write(draw_page(Path(request["path"]), request["page"], request["words"]))


if __name__ == "__main__":
    _serve()
