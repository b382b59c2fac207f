"""Where sentences begin and end, in Korean and English."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Words before a full stop that do not end a sentence.
_ABBREVIATIONS = frozenset(
    """
    e.g i.e cf vs etc al approx ca art arts no nos fig figs eq eqs sec ch chap par para vol ed eds
    reg dir dr mr mrs ms prof st jr sr inc ltd co corp dept est p pp tab ref refs resp incl excl
    min max temp spp sp subsp var ser suppl app annex
    jan feb mar apr jun jul aug sep sept oct nov dec
    u.s u.k u.n e.u a.m p.m ph.d
    """.split()
)
# After these the next word may begin a sentence; then a capital letter decides.
_MAY_END = frozenset({"etc", "al", "u.s", "u.k", "e.u", "a.m", "p.m", "inc", "ltd", "co", "corp"})
_SENTENCE_OPENERS = frozenset(
    """
    the a an this these those it in on for if when where while as at by to from however moreover
    furthermore therefore thus such all any each no
    """.split()
)

_BREAK = re.compile(
    r"(?P<mark>[.!?…。？！]+)(?P<close>[\"'”’」』)\]]*)(?P<gap>\s+|(?=[가-힣「『])|$)"
)
_KOREAN_END = re.compile(r"[가-힣][\"'”’」』)\]]*$")
_KOREAN_FINAL = re.compile(r"[다요오까죠함음임됨것라]$")
# A sentence that is only this is the marker of a list: "1.", "가.", "iv.", "A.".
_ENUMERATOR = re.compile(r"\(?(?:[가-하]|[IVXivx]{1,4}|\d{1,3}|[A-Za-z])")
# "시행령 제7조 제1호의 터. 목": a syllable that names an item of a law ends no sentence.
_ITEM_OF_LAW = re.compile(r"[조항호]의?\s+\(?[가-힣]\)?$")
_HANGUL = re.compile(r"[가-힣]")
_LAST_WORD = re.compile(r"([A-Za-z][A-Za-z.]*)$")
_NEXT_WORD = re.compile(r"\s*[\"'“‘(\[]*([^\W\d_]+|\d)")
# Whether a full stop ends a sentence is decided by as many characters before it. Without this
# bound, a long text without sentences would take quadratic time.
_LOOK_BACK_CHARACTERS = 200


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """The (start, end) offsets of the sentences of one paragraph, in order, without outer spaces.

    Nothing but white space lies outside the spans, so joining them loses nothing.
    """
    start = 0
    for match in _BREAK.finditer(text):
        if match.end() < len(text) and not _ends_sentence(text, start, match):
            continue
        span = _trim(text, start, match.end("close"))
        if span:
            yield span
        start = match.end()
    span = _trim(text, start, len(text))
    if span:
        yield span


def split_sentences(text: str) -> list[str]:
    """The sentences of one paragraph."""
    return [text[start:end] for start, end in sentence_spans(text)]


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    end = match.end()
    if match["close"] and not match["gap"] and _HANGUL.match(text, end):
        return False  # "‘…하였다.’는 혐의로": the quotation is part of the sentence
    next_word = _NEXT_WORD.match(text, end)
    opener = next_word[1] if next_word else text[end : end + 1]
    if match["mark"] != ".":
        return (match["mark"] != "…" or bool(match["gap"])) and not opener[:1].islower()
    before = text[max(start, match.start() - _LOOK_BACK_CHARACTERS) : match.start()]
    if not before.strip() or _ENUMERATOR.fullmatch(before.strip()):
        return False
    if _ITEM_OF_LAW.search(before):
        return False
    if _KOREAN_END.search(before):
        return bool(match["gap"]) or bool(_KOREAN_FINAL.search(before))
    if not match["gap"]:
        return False
    last = _LAST_WORD.search(before)
    if last and not match["close"]:
        word = last[1].lower().rstrip(".")
        if word in _ABBREVIATIONS:
            return word in _MAY_END and opener[:1].isupper() and _opens_sentence(opener)
        if len(word) == 1 and last[1].isupper():
            return False
    if before[-1:].isdigit() and (opener.isdigit() or _HANGUL.match(opener)):
        return False  # "2015. 12. 10. 피고는": a date, not three sentences
    return not opener[:1].islower()


def _opens_sentence(word: str) -> bool:
    return word.lower() in _SENTENCE_OPENERS
