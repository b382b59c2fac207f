"""Finding the words that a model quotes in the passage that it names.

What is found is always the passage's own text: a quote that nearly stands there is replaced by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from virtual_lab.documents.injection import instruction_spans
from virtual_lab.documents.quotable import without_marker
from virtual_lab.domain import SECTION_MARK, Locator, Passage, Quote
from virtual_lab.text.sentences import sentence_spans
from virtual_lab.verification.quote_match import Span, find

_LEAST = 8  # characters below which a quote is none
_SHORT = 24  # characters below which the whole sentence around a quote is taken
_ELLIPSIS = re.compile(r"\s*(?:\.\.\.|…|\[…\]|\[\.\.\.\])\s*")
_SAME = str.maketrans("‘’‚‛“”„‟´`‐‑‒–—−", "''''\"\"\"\"''------")
_EDGES = " \t\n\"'“”‘’「」『』<>«»"


def locate(text: str, passage: Passage) -> list[Span]:
    """Where the quoted words stand in ``passage``; nothing where they do not.

    Words that are addressed to a machine are not found, whatever the passage says.
    """
    spans: list[Span] = []
    for part in _ELLIPSIS.split(text):
        if not part.strip(_EDGES):
            continue
        span = find(part.strip(_EDGES), passage.text)
        if span is None or span[1] - span[0] < _LEAST:
            return []
        spans.append(without_marker(passage.text, _whole(span, passage.text)))
    barred = instruction_spans(passage.text)
    if any(start < last and first < end for start, end in spans for first, last in barred):
        return []
    return sorted(set(spans))


def quotes_of(spans: Sequence[Span], passage: Passage) -> tuple[Quote, ...]:
    """The verbatim quotes at ``spans`` of a passage."""
    place = Locator(page=passage.page, section=SECTION_MARK.join(passage.section) or None)
    return tuple(
        Quote(
            text=passage.text[start:end],
            source_id=passage.source_id,
            passage_id=passage.id,
            start=passage.start + start,
            end=passage.start + end,
            locator=place,
        )
        for start, end in spans
    )


def unmarked(text: str) -> str:
    """``text`` on one line, without the list markers that a model copied with its beginning."""
    line = " ".join(text.split())
    start, end = without_marker(line, (0, len(line)))
    return line[start:end]


def _sentences(text: str) -> Iterator[Span]:
    offset = 0
    for paragraph in text.split("\n\n"):
        for start, end in sentence_spans(paragraph):
            yield offset + start, offset + end
        offset += len(paragraph) + 2


def _whole(span: Span, text: str) -> Span:
    """A few words alone prove nothing: they are quoted with the sentence that they stand in."""
    start, end = span
    if end - start >= _SHORT:
        return span
    for first, last in _sentences(text):
        if first <= start and end <= last:
            return first, last
    return span
