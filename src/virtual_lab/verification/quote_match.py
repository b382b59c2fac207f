"""Matching: where quoted words stand in a text, exactly or with slips that change no meaning.

Both sides are read as words, numbers and signs, so that "5 mg" does not stand in "15 mg" and
"able" not in "unable". Spaces, hyphens within words, ligatures, dashes, quotation marks and marks
of footnotes may differ at no price. Beyond that one letter too many or too few within a long word
of lower case, or one comma, may differ for every 50 characters. A number, a short word (units,
negations), a name or another word may not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

Span = tuple[int, int]

CHARACTERS_A_SLIP = 50
"""Of a quote, for one letter or comma that differs; a shorter quote may have one as well."""

_LONG = 6  # letters from which one may be missing without making most words another one
_CASELESS = 4  # letters from which capitals do not matter; "mM" and "MM" are two units
_LIGHT = frozenset(",;:'\"")
_SIGNS = str.maketrans("‘’‚‛“”„‟´`‐‑‒—−", "''''\"\"\"\"''--–––")
_CHARACTER = re.compile(r".[\u0300-\u036f\u1160-\u11ff\u3099\u309a]*", re.DOTALL)
_HANGUL = re.compile(r"[가-힣]+")
_CJK = r"\u3040-\u30ff\u3400-\u9fff"  # written without spaces: every character is a word
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_LETTERS = rf"[^\W\d_{_RAISED}{_CJK}]+"
_TOKEN = re.compile(
    rf"(?P<note>\[\d{{1,3}}(?:\s?[,–-]\s?\d{{1,3}})*\])"
    rf"|(?P<raised>[{_RAISED}]+)"
    rf"|(?P<number>\d+(?:[.,]\d+)*)"
    rf"|(?P<hyphen>(?<=\d)-(?={_LETTERS}))"
    rf"|(?P<word>{_LETTERS}(?:-\s*{_LETTERS}|–{_LETTERS})*|[{_CJK}])"
    rf"|(?P<sign>\S)"
)
_JOINTS = re.compile(r"[-–]\s*")
_ENDS_CLAUSE = re.compile(r"\s*(?:[.,;:]|$)")
_BEGINS_SENTENCE = re.compile(r"\s+[A-Z가-힣]|\s*$")


class _Token(NamedTuple):
    """A word, number or sign; ``note`` where it may be the mark of a footnote."""

    text: str
    span: Span
    note: bool = False


def find(words: str, text: str) -> Span | None:
    """The stretch of ``text`` where ``words`` stand; None where they do not.

    A place without slips goes before one with slips. The last word may be the beginning of a
    Korean one, which ends in a particle.
    """
    wanted, tokens = _tokens(words), _tokens(text)
    if not any(token.text.isalnum() for token in wanted):
        return None
    for slips in (0, max(1, len(words) // CHARACTERS_A_SLIP)):
        for first in range(len(tokens)):
            span = _follow(wanted, tokens, first, slips)
            if span:
                return span
    return None


def _follow(
    wanted: Sequence[_Token], tokens: Sequence[_Token], first: int, slips: int
) -> Span | None:
    """The stretch from the token ``first`` on that holds all that is wanted."""
    at, last, end = first, len(wanted) - 1, tokens[first].span[0]
    place = 0
    while place <= last:
        word = wanted[place]
        found = tokens[at] if at < len(tokens) else None
        if found and _same(word.text, found.text, place == 0):
            place, at, end = place + 1, at + 1, found.span[1]
        elif found and place == last and _begins(word.text, found.text):
            return tokens[first].span[0], found.span[0] + len(word.text)
        elif place and found and found.note:
            at += 1
        elif place and place == last and word.text == ".":
            place += 1
        elif slips and found and _is_slip(word.text, found.text):
            place, at, end, slips = place + 1, at + 1, found.span[1], slips - 1
        elif slips and place and word.text in _LIGHT:
            place, slips = place + 1, slips - 1
        elif slips and place and found and found.text in _LIGHT:
            at, slips = at + 1, slips - 1
        else:
            return None
    return tokens[first].span[0], end


def _same(word: str, found: str, begins: bool) -> bool:
    """Whether two tokens are one; capitals count in short words other than the first one."""
    if word == found:
        return True
    return (begins or len(word) >= _CASELESS) and word.casefold() == found.casefold()


def _begins(word: str, found: str) -> bool:
    return bool(_HANGUL.fullmatch(word)) and found.startswith(word)


def _is_slip(word: str, found: str) -> bool:
    """Whether a long word of lower case has one letter too many or too few, not its first one."""
    shorter, longer = sorted((word, found), key=len)
    if len(shorter) < _LONG or len(longer) - len(shorter) != 1:
        return False
    if not (word.isascii() and word.isalpha() and word.islower() and found.islower()):
        return False
    return any(longer[:i] + longer[i + 1 :] == shorter for i in range(1, len(longer)))


@lru_cache(maxsize=256)
def _tokens(text: str) -> tuple[_Token, ...]:
    plain, places = _plain(text)
    tokens: list[_Token] = []
    for match in _TOKEN.finditer(plain):
        kind, word = match.lastgroup, match[0]
        if kind == "hyphen":
            continue
        if kind == "word":
            word = _JOINTS.sub("", word)
        elif word == "-":
            word = "–"
        note = kind == "note" or (kind in ("number", "raised") and _marks(tokens, match))
        span = places[match.start()][0], places[match.end() - 1][1]
        tokens.append(_Token(word, span, note))
    return tuple(tokens)


def _marks(before: Sequence[_Token], match: re.Match[str]) -> bool:
    """Whether digits are the mark of a footnote: at a word's end, or right after a sentence."""
    plain, start = match.string, match.start()
    if not before or len(match[0]) > 2 or not match[0].isdigit() or plain[start - 1].isspace():
        return False
    word = before[-1].text
    if word.isalpha():
        ends = match.lastgroup == "raised" or _ENDS_CLAUSE.match(plain, match.end())
        return bool(ends) and _is_ordinary(word)
    return (
        word == "."
        and len(before) > 1
        and _is_ordinary(before[-2].text)
        and bool(_BEGINS_SENTENCE.match(plain, match.end()))
    )


def _is_ordinary(word: str) -> bool:
    """Whether a word is none of the short ones and names that digits belong to."""
    return len(word) >= _CASELESS and word.isalpha() and word.islower()


def _plain(text: str) -> tuple[str, list[Span]]:
    """``text`` in one form of Unicode, and where each of its characters stands in the original.

    Raised digits stay raised: 10⁶ is not 106.
    """
    characters: list[str] = []
    places: list[Span] = []
    for match in _CHARACTER.finditer(text):
        original = match[0]
        folded = original if original in _RAISED else unicodedata.normalize("NFKC", original)
        for character in folded.translate(_SIGNS).replace("\u00ad", ""):
            characters.append(character)
            places.append(match.span())
    return "".join(characters), places
