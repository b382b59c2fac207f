"""The highlight: a text with the words of a search marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from virtual_lab.text.tokens import STOP_WORDS, fold, stem

_WORD = re.compile(r"\w+")
_SHORTEST_HANGUL = 2
_HANGUL = re.compile(r"[가-힣]+")


class TextPart(NamedTuple):
    """A part of a text; ``is_hit`` says whether it matches the search."""

    text: str
    is_hit: bool


def excerpt(stretches: Sequence[TextPart], most: int) -> list[TextPart]:
    """About ``most`` characters of a text, from a little before its first hit."""
    text = "".join(stretch.text for stretch in stretches)
    if len(text) <= most:
        return list(stretches)
    before = 0
    for stretch in stretches:
        if stretch.is_hit:
            break
        before += len(stretch.text)
    hit = before if before < len(text) else 0
    first = max(0, min(hit - most // 4, len(text) - most))
    first = text.find(" ", first) + 1 if first > 0 else 0
    last = text.rfind(" ", first, first + most) if first + most < len(text) else len(text)
    cut, place = [], 0
    for stretch in stretches:
        part = stretch.text[max(0, first - place) : max(0, last - place)]
        place += len(stretch.text)
        if part:
            cut.append(TextPart(part, stretch.is_hit))
    head = [TextPart("… ", False)] if first else []
    tail = [TextPart(" …", False)] if last < len(text) else []
    return [*head, *cut, *tail]


def highlight(text: str, queries: Iterable[str]) -> list[TextPart]:
    """``text`` in parts, which together are the text again.

    A Latin word is a hit if its stem is that of a word of a query; a Korean word if it begins with
    a word of a query, since particles follow it.
    """
    words = [word for query in queries for word in _WORD.findall(query)]
    stems = {stem(fold(word)) for word in words if fold(word) not in STOP_WORDS}
    korean = tuple(w for w in words if _HANGUL.fullmatch(w) and len(w) >= _SHORTEST_HANGUL)
    stretches: list[TextPart] = []
    place = 0
    for match in _WORD.finditer(text):
        if stem(fold(match[0])) in stems or match[0].startswith(korean):
            if match.start() > place:
                stretches.append(TextPart(text[place : match.start()], False))
            stretches.append(TextPart(match[0], True))
            place = match.end()
    if place < len(text):
        stretches.append(TextPart(text[place:], False))
    return stretches
