"""The context of a quote: the text around it in its source."""

from __future__ import annotations

from virtual_lab.domain import Quote
from virtual_lab.errors import NotFoundError
from virtual_lab.library.index import DocumentIndex
from virtual_lab.web.highlight import TextPart

MOST_CONTEXT_CHARACTERS = 800
"""How many characters are shown before and after a quote, at most."""

Paragraph = list[TextPart]
_PARAGRAPH_BREAK = "\n\n"
_ELLIPSIS = "…"


def context_of(quote: Quote, index: DocumentIndex) -> list[Paragraph]:
    """The paragraphs around a quote, with the quote marked; none if the library lost the source.

    A changed text would be another source, so the quote is always marked in its own words.
    """
    try:
        text = index.text(quote.source_id)
    except NotFoundError:
        return []
    if text[quote.start : quote.end] != quote.text:
        return []
    return around(text, quote.start, quote.end)


def around(text: str, start: int, end: int) -> list[Paragraph]:
    """The paragraphs around ``text[start:end]``, with that part marked."""
    first, last = _first(text, start), _last(text, end)
    paragraphs = []
    place = first
    for part in text[first:last].split(_PARAGRAPH_BREAK):
        stop = place + len(part)
        marked = max(place, min(start, stop)), min(stop, max(end, place))
        stretches = [
            TextPart(text[place : marked[0]], False),
            TextPart(text[marked[0] : marked[1]], True),
            TextPart(text[marked[1] : stop], False),
        ]
        paragraphs.append([stretch for stretch in stretches if stretch.text])
        place = stop + len(_PARAGRAPH_BREAK)
    if first and not text.startswith(_PARAGRAPH_BREAK, first - len(_PARAGRAPH_BREAK)):
        paragraphs[0].insert(0, TextPart(f"{_ELLIPSIS} ", False))
    if last < len(text) and not text.startswith(_PARAGRAPH_BREAK, last):
        paragraphs[-1].append(TextPart(f" {_ELLIPSIS}", False))
    return [paragraph for paragraph in paragraphs if paragraph]


def _first(text: str, start: int) -> int:
    """The offset where the context begins: at a paragraph, else at a word."""
    reach = start - MOST_CONTEXT_CHARACTERS
    if reach <= 0:
        return 0
    paragraph, word = text.find(_PARAGRAPH_BREAK, reach, start), text.find(" ", reach, start)
    if paragraph >= 0:
        return paragraph + len(_PARAGRAPH_BREAK)
    return word + 1 if word >= 0 else start


def _last(text: str, end: int) -> int:
    """The offset where the context ends: after a paragraph, else after a word."""
    reach = end + MOST_CONTEXT_CHARACTERS
    if reach >= len(text):
        return len(text)
    paragraph, word = text.rfind(_PARAGRAPH_BREAK, end, reach), text.rfind(" ", end, reach)
    if paragraph >= 0:
        return paragraph
    return word if word >= 0 else end
