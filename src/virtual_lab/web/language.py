"""The language of pages: the one that the user chose, else that of the browser."""

from __future__ import annotations

from typing import cast, get_args

from fastapi import Request

from virtual_lab.domain import Language

COOKIE = "language"
"""The cookie with the language that the user chose."""

_LANGUAGES = get_args(Language)


def language_of(request: Request) -> Language:
    """The language of the answer to a request; English where the browser asks for neither."""
    chosen = request.cookies.get(COOKIE)
    if chosen in _LANGUAGES:
        return cast(Language, chosen)
    return preferred(request.headers.get("accept-language", ""))


def preferred(header: str) -> Language:
    """The supported language with the highest weight in an Accept-Language header.

    See RFC 9110, 12.5.4.
    """
    best: tuple[float, Language] = (0.0, "en")
    for item in header.split(","):
        tag, _, parameter = item.strip().partition(";")
        name = tag.strip().lower().partition("-")[0]
        weight = _weight(parameter)
        if name in _LANGUAGES and weight > best[0]:
            best = (weight, cast(Language, name))
    return best[1]


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
