"""Names of authors: their family and given names."""

from __future__ import annotations

import re
from typing import NamedTuple

_ORGANISATION = re.compile(
    r"\b(?:academy|administration|agency|alliance|assembly|association|authority|board|bureau"
    r"|cent(?:er|re)|collaboration|college|commission|committee|community|consortium|contributors"
    r"|council|department|directorate|federation|forum|foundation|group|initiative|institut[eo]?"
    r"|laborator(?:y|ies)|ministry|nations|network|office|organi[sz]ation|panel|parliament"
    r"|programme|project|secretariat|service|society|staff|task force|team|union|university)\b",
    re.IGNORECASE,
)
_ACRONYMS = re.compile(r"(?:[A-Z]{2,}[\s/&-]*)+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff가-힣]")
_PARTICLES = frozenset(
    {
        *("af", "al", "bin", "d'", "da", "das", "de", "del", "della", "den", "der", "di", "dos"),
        *("du", "el", "la", "las", "le", "los", "of", "ten", "ter", "van", "von", "zu", "zur"),
    }
)
_SUFFIX = re.compile(r"(?:jr|sr)\.?|i{2,3}|iv", re.IGNORECASE)


class Name(NamedTuple):
    """An author. ``given`` is "" for organisations and for names that must not be split."""

    family: str
    given: str = ""


def split_name(author: str) -> Name:
    """The parts of an author's name.

    Args:
        author: "Family, Given", or a name in its usual order. Korean, Chinese and Japanese names
            and the names of organisations are not split.
    """
    author = " ".join(author.split())
    if _is_whole(author):
        return Name(author)
    family, comma, given = author.partition(", ")
    if comma:
        return Name(family, given)
    words = author.split()
    first = len(words) - 1
    if first > 1 and _SUFFIX.fullmatch(words[first]):
        first -= 1
    while first > 1 and words[first - 1] in _PARTICLES:
        first -= 1
    return Name(" ".join(words[first:]), " ".join(words[:first]))


def _is_whole(author: str) -> bool:
    if _CJK.search(author) or " " not in author:
        return True
    return bool(_ORGANISATION.search(author) or _ACRONYMS.fullmatch(author))
