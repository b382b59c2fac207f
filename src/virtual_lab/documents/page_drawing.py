"""The drawing of a page of a PDF: renders it, finds the words of a quote and marks them.

Started by ``page_image`` as a process, so that nothing else loads the libraries for pictures.
"""

from __future__ import annotations

import io
import json
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image, ImageChops, ImageDraw

from virtual_lab.documents.sandbox import limit_memory
from virtual_lab.errors import BrokenDocumentError, OversizedDocumentError

WIDTH = 1_000
"""Of a picture, in pixels; less where the page is so long that it would have too many."""
MOST_PIXELS = 3_000_000
_MOST_CHARACTERS = 400_000
_LINK = 24  # characters of both ends of a quote that find it where a note interrupts it
_MARK = (255, 221, 87)
_MARGIN = 1  # points above and below the words that are marked
_COMPRESSION = 3  # of a PNG: a page of text is smaller than with the default 6, in half the time

Box = tuple[float, float, float, float]
"""Left, bottom, right and top, in the units of a page."""


def draw_page(path: Path, number: int, words: str) -> bytes:
    """Draw a page in this process; gives a PNG, with the words marked where they are found.

    Args:
        path: of the PDF.
        number: of the page, from 1.
        words: those to mark, as they stand in the text that was read from the PDF.

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
            png = io.BytesIO()
            picture = _mark(page, _render(page), _find_boxes(page, words))
            picture.save(png, "PNG", compress_level=_COMPRESSION)
            return png.getvalue()
        finally:
            pdf.close()
    except pypdfium2.PdfiumError as error:
        raise BrokenDocumentError("document.not_a_pdf", said=error) from None


def _render(page: Any) -> Any:
    """The bitmap of a page, in colours and as large as is allowed."""
    width, height = page.get_size()
    if width < 1 or height < 1:
        raise OversizedDocumentError("document.page_without_size")
    scale = min(WIDTH / width, (MOST_PIXELS / (width * height)) ** 0.5)
    return page.render(scale=scale, may_draw_forms=False)


def _find_boxes(page: Any, words: str) -> list[Box]:
    """The boxes around the lines in which words stand; none where they are not found."""
    textpage = page.get_textpage()
    try:
        text = textpage.get_text_range(0, min(textpage.count_chars(), _MOST_CHARACTERS))
        stretch = find_words(text, words)
        if stretch is None:
            return []
        start, end = stretch
        count = textpage.count_rects(start, end - start)
        return [textpage.get_rect(index) for index in range(count)]
    finally:
        textpage.close()


def _mark(page: Any, bitmap: Any, boxes: list[Box]) -> Image.Image:
    """The picture of a page, with colour over the boxes that leaves black what is black."""
    picture: Image.Image = bitmap.to_pil()
    colours = Image.new("RGB", picture.size, "white")
    draw, place = ImageDraw.Draw(colours), bitmap.get_posconv(page).to_bitmap
    for left, bottom, right, top in boxes:
        (x, y), (other_x, other_y) = place(left, bottom - _MARGIN), place(right, top + _MARGIN)
        corners = (min(x, other_x), min(y, other_y), max(x, other_x), max(y, other_y))
        draw.rectangle(corners, fill=_MARK)
    return ImageChops.multiply(picture, colours)


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


def _serve() -> None:
    """Draw the one page that the parent asks for."""
    limit_memory()
    request = json.load(sys.stdin.buffer)
    sys.stdout.buffer.write(draw_page(Path(request["path"]), request["page"], request["words"]))


if __name__ == "__main__":
    _serve()
