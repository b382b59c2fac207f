"""Finding the words that a model quotes in the passage that it names.

What is found is always the passage's own text: a quote that differs from it in spaces, dashes,
quotation marks or a few letters is replaced by what stands there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from virtual_lab.domain import SECTION_MARK, Locator, Passage, Quote
from virtual_lab.evidence.instructions import instruction_spans
from virtual_lab.evidence.sentences import sentence_spans
from virtual_lab.evidence.statements import without_marker

Span = tuple[int, int]

_NEAR = 0.88  # likeness from which a quote counts as a stretch of the passage with slips
_LIKELY = 0.5  # share of its words that such a stretch must have
_LEAST = 8  # characters below which a quote is none
_SHORT = 24  # characters below which the whole sentence around a quote is taken
_MOST_SENTENCES = 4
_ELLIPSIS = re.compile(r"\s*(?:\.\.\.|…|\[…\]|\[\.\.\.\])\s*")
_WORD = re.compile(r"\w+")
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
        span = _exact(part, passage.text) or _near(part, passage.text)
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


def _exact(part: str, text: str) -> Span | None:
    """Where ``part`` stands in ``text``, but for spaces, dashes, marks and capitals."""
    part = part.strip(_EDGES)
    start = text.find(part)
    if start >= 0:
        return start, start + len(part)
    wanted, _ = _plain(part)
    plain, places = _plain(text)
    start = plain.find(wanted.strip())
    if start < 0 or not wanted.strip():
        return None
    return places[start], places[start + len(wanted.strip()) - 1] + 1


def _plain(text: str) -> tuple[str, list[int]]:
    """``text`` in a form for comparison, and for each of its characters the original's place."""
    characters: list[str] = []
    places: list[int] = []
    for place, original in enumerate(text):
        for character in unicodedata.normalize("NFKC", original).translate(_SAME).casefold():
            if character == "\u00ad":
                continue
            if character.isspace():
                if not characters or characters[-1] in " ":
                    continue
                character = " "
            characters.append(character)
            places.append(place)
    return "".join(characters), places


def _near(part: str, text: str) -> Span | None:
    """The run of sentences that is most like ``part``, where it is like enough."""
    wanted, _ = _plain(part)
    words = set(_WORD.findall(wanted))
    best, likeness = None, _NEAR
    for start, end in _runs(text):
        if not 0.6 < (end - start) / len(part) < 1.7:
            continue
        candidate, _ = _plain(text[start:end])
        if len(words & set(_WORD.findall(candidate))) < _LIKELY * len(words):
            continue
        ratio = SequenceMatcher(None, wanted, candidate, autojunk=False).ratio()
        if ratio >= likeness:
            best, likeness = (start, end), ratio
    return best


def _runs(text: str) -> Iterator[Span]:
    sentences = list(_sentences(text))
    for first in range(len(sentences)):
        for last in range(first, min(first + _MOST_SENTENCES, len(sentences))):
            yield sentences[first][0], sentences[last][1]


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
