"""The context of a quote: what stands around it in its source."""

from __future__ import annotations

from virtual_lab.domain import Quote
from virtual_lab.errors import NotFoundError
from virtual_lab.library.index import DocumentIndex
from virtual_lab.web.highlight import TextPart

REACH = 800
"""How much is shown before and after a quote, in characters, if no paragraph ends earlier."""

Paragraph = list[TextPart]
_BETWEEN = "\n\n"
_CUT = "…"


def context_of(quote: Quote, index: DocumentIndex) -> list[Paragraph]:
    """The paragraphs around a quote, its words marked; none where the library holds them no more.

    A text that changed since is another source, so that a quote is never marked in other words.
    """
    try:
        text = index.text(quote.source_id)
    except NotFoundError:
        return []
    if text[quote.start : quote.end] != quote.text:
        return []
    return around(text, quote.start, quote.end)


def around(text: str, start: int, end: int) -> list[Paragraph]:
    """The paragraphs around ``text[start:end]``, which is marked."""
    first, last = _first(text, start), _last(text, end)
    paragraphs = []
    place = first
    for part in text[first:last].split(_BETWEEN):
        stop = place + len(part)
        marked = max(place, min(start, stop)), min(stop, max(end, place))
        stretches = [
            TextPart(text[place : marked[0]], False),
            TextPart(text[marked[0] : marked[1]], True),
            TextPart(text[marked[1] : stop], False),
        ]
        paragraphs.append([stretch for stretch in stretches if stretch.text])
        place = stop + len(_BETWEEN)
    if first and not text.startswith(_BETWEEN, first - len(_BETWEEN)):
        paragraphs[0].insert(0, TextPart(f"{_CUT} ", False))
    if last < len(text) and not text.startswith(_BETWEEN, last):
        paragraphs[-1].append(TextPart(f" {_CUT}", False))
    return [paragraph for paragraph in paragraphs if paragraph]


def _first(text: str, start: int) -> int:
    """Where the context begins: at a paragraph, else at a word."""
    reach = start - REACH
    if reach <= 0:
        return 0
    paragraph, word = text.find(_BETWEEN, reach, start), text.find(" ", reach, start)
    if paragraph >= 0:
        return paragraph + len(_BETWEEN)
    return word + 1 if word >= 0 else start


def _last(text: str, end: int) -> int:
    """Where the context ends: with a paragraph, else with a word."""
    reach = end + REACH
    if reach >= len(text):
        return len(text)
    paragraph, word = text.rfind(_BETWEEN, end, reach), text.rfind(" ", end, reach)
    if paragraph >= 0:
        return paragraph
    return word if word >= 0 else end
