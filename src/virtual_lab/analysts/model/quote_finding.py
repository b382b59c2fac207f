"""The search for the quotes of a model in the passages that it names.

The result is always the passage's own text, also where the model quoted it with slips.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from virtual_lab.documents.injection import instruction_spans
from virtual_lab.documents.quotable import without_marker
from virtual_lab.domain import Passage
from virtual_lab.text.sentences import sentence_spans
from virtual_lab.verification.quote_match import Span, find

_FEWEST_QUOTE_CHARACTERS = 8
# A shorter quote is widened to its whole sentence.
_SHORT_QUOTE_CHARACTERS = 24
_ELLIPSIS = re.compile(r"\s*(?:\.\.\.|…|\[…\]|\[\.\.\.\])\s*")
_EDGES = " \t\n\"'“”‘’「」『』<>«»"


def locate(text: str, passage: Passage) -> list[Span]:
    """The spans of the quoted words in ``passage``; empty where some of them are not there.

    Sentences that address a machine are never found.
    """
    spans: list[Span] = []
    for part in _ELLIPSIS.split(text):
        if not part.strip(_EDGES):
            continue
        span = find(part.strip(_EDGES), passage.text)
        if span is None or span[1] - span[0] < _FEWEST_QUOTE_CHARACTERS:
            return []
        spans.append(without_marker(passage.text, _widen_to_sentence(span, passage.text)))
    instructions = instruction_spans(passage.text)
    if any(start < last and first < end for start, end in spans for first, last in instructions):
        return []
    return sorted(set(spans))


def without_list_marker(text: str) -> str:
    """``text`` on one line, without a list marker that the model copied."""
    line = " ".join(text.split())
    start, end = without_marker(line, (0, len(line)))
    return line[start:end]


def _sentences(text: str) -> Iterator[Span]:
    offset = 0
    for paragraph in text.split("\n\n"):
        for start, end in sentence_spans(paragraph):
            yield offset + start, offset + end
        offset += len(paragraph) + 2


def _widen_to_sentence(span: Span, text: str) -> Span:
    """The span of the sentence around a short quote, since a few words alone prove nothing."""
    start, end = span
    if end - start >= _SHORT_QUOTE_CHARACTERS:
        return span
    for first, last in _sentences(text):
        if first <= start and end <= last:
            return first, last
    return span
