"""Details of the program in the language of the page."""

from __future__ import annotations

import re
from functools import cache

from virtual_lab.domain import Language
from virtual_lab.web.words.details import DETAILS

_BLANK = re.compile(r"\\{(\w+)\\}")
_APART = "; "


def in_language(detail: str, language: Language) -> str:
    """What the program says in English, in the language of a page.

    A detail of several parts, with semicolons between them, is put part by part; what is not
    known stays as it is.
    """
    if language == "en":
        return detail
    whole = _korean(detail)
    if whole is not None:
        return whole
    parts = (_korean(part) or part for part in detail.split(_APART))
    return _APART.join(parts)


def _korean(detail: str) -> str | None:
    for pattern, korean in _patterns():
        if match := pattern.fullmatch(detail):
            return korean.format(**match.groupdict())
    return None


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(_BLANK.sub(r"(?P<\1>.+?)", re.escape(english)), re.DOTALL), korean)
        for english, korean in DETAILS
    )
