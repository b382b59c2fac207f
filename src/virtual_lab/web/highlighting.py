"""Highlighting: where the words of a search stand in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from virtual_lab.evidence.tokens import STOP_WORDS, fold, stem

_WORD = re.compile(r"\w+")
_SHORTEST_HANGUL = 2
_HANGUL = re.compile(r"[가-힣]+")


class Stretch(NamedTuple):
    """A part of a text; ``is_hit`` where it is what was searched for."""

    text: str
    is_hit: bool


def highlight(text: str, queries: Iterable[str]) -> list[Stretch]:
    """``text`` in stretches, which make it up again.

    A Latin word is a hit where its stem is one of a query's; a Korean word where it begins with
    a word of a query, since particles follow.
    """
    words = [word for query in queries for word in _WORD.findall(query)]
    stems = {stem(fold(word)) for word in words if fold(word) not in STOP_WORDS}
    korean = tuple(w for w in words if _HANGUL.fullmatch(w) and len(w) >= _SHORTEST_HANGUL)
    stretches: list[Stretch] = []
    place = 0
    for match in _WORD.finditer(text):
        if stem(fold(match[0])) in stems or match[0].startswith(korean):
            if match.start() > place:
                stretches.append(Stretch(text[place : match.start()], False))
            stretches.append(Stretch(match[0], True))
            place = match.end()
    if place < len(text):
        stretches.append(Stretch(text[place:], False))
    return stretches
