"""The kind of a line: an item of a list, a heading, an entry of the contents, or references."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

ITEM_MARK = re.compile(
    r"^\s*(?:[•●▪‣◦·∙■□–—*-]\s+|\(?(?:[a-z]{1,2}|[ivx]{1,4}|\d{1,2})\)\s+"
    r"|[a-z]\.\s+(?=[A-Z])|[①-⑳]\s*)"
)
NUMBERED_ITEM = re.compile(r"^\s*\d{1,2}\.\s+(?=\D)")
NUMBERED = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,5})\.?\s*[|–-]?\s+(?=\S)")
CONTENTS_LINE = re.compile(r"\S.*?[\s.·…]\s*(\d{1,4})$")
_CONTENTS_TITLE = re.compile(r"^(?:table of contents|contents|목\s*차|차\s*례)$", re.IGNORECASE)
_REFERENCE_TITLE = re.compile(
    r"""^(?:\d+(?:\.\d+)*\.?\s*[|]?\s*)?(?:
    references?|bibliography|works\ cited|literature\ cited|literature|primary\ sources|sources
    |further\ reading|documentation\ as\ provided\ to\ efsa
    |참고\s?문헌|참고\s?자료|인용\s?문헌|근거\s?자료|출처|참조\s?조문|참조\s?판례
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
_BACK_MATTER_TITLE = re.compile(
    r"""^(?:
    acknowledge?ments?|conflicts?\ of\ interests?|competing\ interests?|declarations?\ of\ .*
    |funding|requestor|question\ number|panel\ members|copyright\ for\ .*|author\ contributions?
    |data\ availability.*|supporting\ information|orcid|how\ to\ cite\ this\ article.*
    |감사의\s?글|이해\s?상충.*
    )$""",
    re.IGNORECASE | re.VERBOSE,
)


def is_contents_title(text: str) -> bool:
    """Whether ``text`` is the heading of a table of contents."""
    return bool(_CONTENTS_TITLE.match(text.strip()))


def is_apparatus_title(text: str) -> bool:
    """Whether ``text`` heads references or other back matter that says nothing on the subject."""
    text = text.strip()
    return bool(_REFERENCE_TITLE.match(text) or _BACK_MATTER_TITLE.match(text))


def clean_heading(text: str) -> str:
    """``text`` on one line without its number mark "1.2 | "."""
    return NUMBERED.sub("", " ".join(text.split()), count=1).strip(" |:")


def in_usual_case(text: str, words: Mapping[str, int]) -> str:
    """A heading set in capitals, in the case in which the document writes its words elsewhere.

    ``words`` counts the words of the running text as they are written. A text that is not all
    capitals is given back as it is.
    """
    if len(text) < 4 or not text.isupper():
        return text

    def usual(match: re.Match[str]) -> str:
        upper = match[0]
        lower, title = upper.lower(), upper.capitalize()
        if words.get(upper, 0) > words.get(lower, 0) + words.get(title, 0):
            return upper
        if len(upper) == 1 and match.end() == len(text):
            return upper  # "Appendix B"
        return title if words.get(title, 0) > 2 * words.get(lower, 0) else lower

    cased = re.sub(r"[^\W\d_]+", usual, text)
    return cased[:1].upper() + cased[1:]


def respace(text: str, words: Mapping[str, int]) -> str:
    """A letter-spaced heading ("I DE NTIT Y O F") with its words put together again.

    Of all ways to cut the letters into words of the document, the one with the most letters in
    frequent, long words is taken (a unigram model; ``words`` counts words in lower case). A text
    that is not letter-spaced, or that cannot be cut so, is given back as it is.
    """
    parts = text.split()
    short = sum(len(part) <= 2 and part.isalpha() for part in parts)
    known = sum(words.get(part.lower(), 0) > 1 for part in parts if len(part) > 2)
    if len(parts) < 4 or short < 0.3 * len(parts) or known > 0.5 * len(parts):
        return text
    letters = "".join(parts)
    lower = letters.lower()
    total = sum(words.values()) or 1
    best: list[tuple[float, int]] = [(0.0, 0)] + [(-math.inf, 0)] * len(lower)
    for end in range(1, len(lower) + 1):
        for start in range(max(0, end - 24), end):
            word = lower[start:end]
            if word.isalpha():
                count = words.get(word, 0) if len(word) > 1 or word == "a" else 0
                weight = math.log(count / total) if count else -math.inf
            else:
                weight = -10.0 if len(word) == 1 or word.isdigit() else -math.inf
            if best[start][0] + weight > best[end][0]:
                best[end] = (best[start][0] + weight, start)
    if best[-1][0] == -math.inf:
        return text
    cut: list[str] = []
    end = len(lower)
    while end:
        start = best[end][1]
        cut.append(letters[start:end])
        end = start
    return re.sub(r"(?<=[(/])\s|\s(?=[)/,.;:])", "", " ".join(reversed(cut)))
