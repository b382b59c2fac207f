"""The matching of quotes: where a quote stands in a text, exactly or with harmless slips.

Both are compared as words, numbers and signs, so that "5 mg" does not match in "15 mg", nor "able"
in "unable". Spaces, hyphens within words, ligatures, dashes, quotation marks and footnote marks may
always differ. For every 50 characters one slip is allowed: a letter too many or too few in a long
word of lower case, or a comma. Numbers, short words (units, negations) and names must be the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

Span = tuple[int, int]

CHARACTERS_A_SLIP = 50
"""A quote may have one slip for this many characters; a shorter quote may have one as well."""

# A shorter word with a letter too many or too few is often another word.
_FEWEST_LETTERS_OF_SLIP = 6
# In shorter words capitals matter: "mM" and "MM" are two units.
_FEWEST_LETTERS_CASELESS = 4
_OMISSIBLE_SIGNS = frozenset(",;:'\"")
_SIGNS = str.maketrans("‘’‚‛“”„‟´`‐‑‒—−", "''''\"\"\"\"''--–––")
_CHARACTER = re.compile(r".[\u0300-\u036f\u1160-\u11ff\u3099\u309a]*", re.DOTALL)
_HANGUL = re.compile(r"[가-힣]+")
_CJK = r"\u3040-\u30ff\u3400-\u9fff"  # written without spaces: every character is a word
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_LETTERS = rf"[^\W\d_{_SUPERSCRIPTS}{_CJK}]+"
_TOKEN = re.compile(
    rf"(?P<note>\[\d{{1,3}}(?:\s?[,–-]\s?\d{{1,3}})*\])"
    rf"|(?P<raised>[{_SUPERSCRIPTS}]+)"
    rf"|(?P<number>\d+(?:[.,]\d+)*)"
    rf"|(?P<hyphen>(?<=\d)-(?={_LETTERS}))"
    rf"|(?P<word>{_LETTERS}(?:-\s*{_LETTERS}|–{_LETTERS})*|[{_CJK}])"
    rf"|(?P<sign>\S)"
)
_HYPHENS = re.compile(r"[-–]\s*")
_ENDS_CLAUSE = re.compile(r"\s*(?:[.,;:]|$)")
_BEGINS_SENTENCE = re.compile(r"\s+[A-Z가-힣]|\s*$")


class _Token(NamedTuple):
    """A word, number or sign; ``note`` says whether it may be a footnote mark."""

    text: str
    span: Span
    note: bool = False


def find(words: str, text: str) -> Span | None:
    """Where the quote ``words`` stands in ``text``, as character offsets; None where it does not.

    A place without slips is preferred to one with slips. The last word of a Korean quote may lack
    the particle that it has in the text.
    """
    wanted, tokens = _tokens(words), _tokens(text)
    if not any(token.text.isalnum() for token in wanted):
        return None
    for slips in (0, max(1, len(words) // CHARACTERS_A_SLIP)):
        for first in range(len(tokens)):
            span = _match_from(wanted, tokens, first, slips)
            if span:
                return span
    return None


def _match_from(
    wanted: Sequence[_Token], tokens: Sequence[_Token], first: int, slips: int
) -> Span | None:
    """The span from the token ``first`` on that matches all tokens of a quote, or None."""
    at, last, end = first, len(wanted) - 1, tokens[first].span[0]
    place = 0
    while place <= last:
        word = wanted[place]
        found = tokens[at] if at < len(tokens) else None
        if found and _tokens_match(word.text, found.text, place == 0):
            place, at, end = place + 1, at + 1, found.span[1]
        elif found and place == last and _is_beginning(word.text, found.text):
            return tokens[first].span[0], found.span[0] + len(word.text)
        elif place and found and found.note:
            at += 1
        elif place and place == last and word.text == ".":
            place += 1
        elif slips and found and _is_slip(word.text, found.text):
            place, at, end, slips = place + 1, at + 1, found.span[1], slips - 1
        elif slips and place and word.text in _OMISSIBLE_SIGNS:
            place, slips = place + 1, slips - 1
        elif slips and place and found and found.text in _OMISSIBLE_SIGNS:
            at, slips = at + 1, slips - 1
        else:
            return None
    return tokens[first].span[0], end


def _tokens_match(word: str, found: str, begins: bool) -> bool:
    """Whether two tokens match; capitals matter in short words, but not in the first word."""
    if word == found:
        return True
    return (begins or len(word) >= _FEWEST_LETTERS_CASELESS) and word.casefold() == found.casefold()


def _is_beginning(word: str, found: str) -> bool:
    return bool(_HANGUL.fullmatch(word)) and found.startswith(word)


def _is_slip(word: str, found: str) -> bool:
    """Whether a long word of lower case has one letter too many or too few after the first."""
    shorter, longer = sorted((word, found), key=len)
    if len(shorter) < _FEWEST_LETTERS_OF_SLIP or len(longer) - len(shorter) != 1:
        return False
    if not (word.isascii() and word.isalpha() and word.islower() and found.islower()):
        return False
    return any(longer[:i] + longer[i + 1 :] == shorter for i in range(1, len(longer)))


@lru_cache(maxsize=256)
def _tokens(text: str) -> tuple[_Token, ...]:
    plain, places = _normalised(text)
    tokens: list[_Token] = []
    for match in _TOKEN.finditer(plain):
        kind, word = match.lastgroup, match[0]
        if kind == "hyphen":
            continue
        if kind == "word":
            word = _HYPHENS.sub("", word)
        elif word == "-":
            word = "–"
        note = kind == "note" or (kind in ("number", "raised") and _is_footnote_mark(tokens, match))
        span = places[match.start()][0], places[match.end() - 1][1]
        tokens.append(_Token(word, span, note))
    return tuple(tokens)


def _is_footnote_mark(before: Sequence[_Token], match: re.Match[str]) -> bool:
    """Whether digits are a footnote mark: right after a word or a sentence."""
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
    """Whether a word is neither short nor a name, so that digits after it do not belong to it."""
    return len(word) >= _FEWEST_LETTERS_CASELESS and word.isalpha() and word.islower()


def _normalised(text: str) -> tuple[str, list[Span]]:
    """``text`` in NFKC form, and the span of each of its characters in the original.

    Superscript digits are kept: 10⁶ is not 106.
    """
    characters: list[str] = []
    places: list[Span] = []
    for match in _CHARACTER.finditer(text):
        original = match[0]
        folded = original if original in _SUPERSCRIPTS else unicodedata.normalize("NFKC", original)
        for character in folded.translate(_SIGNS).replace("\u00ad", ""):
            characters.append(character)
            places.append(match.span())
    return "".join(characters), places
