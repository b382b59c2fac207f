"""The language of pages: the one that was chosen, else the browser's."""

from __future__ import annotations

from typing import Annotated, cast, get_args

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse

from virtual_lab.domain import Language
from virtual_lab.http.session_cookie import is_by_tls
from virtual_lab.web.page_route import PageRoute

CHOOSE = "/language"
_COOKIE = "language"
_YEAR_S = 365 * 24 * 3600
_LANGUAGES = get_args(Language)

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.post(CHOOSE)
async def choose_language(
    request: Request, language: Annotated[Language, Form()], back: Annotated[str, Form()] = "/"
) -> RedirectResponse:
    """Remember a language, and go back to the page where it was chosen."""
    answer = RedirectResponse(local(back), 303)
    answer.set_cookie(
        _COOKIE,
        language,
        max_age=_YEAR_S,
        httponly=True,
        samesite="lax",
        secure=is_by_tls(request),
    )
    return answer


def language_of(request: Request) -> Language:
    """The language to answer a request in; English where the browser asks for neither."""
    chosen = request.cookies.get(_COOKIE)
    if chosen in _LANGUAGES:
        return cast(Language, chosen)
    return preferred(request.headers.get("accept-language", ""))


def preferred(header: str) -> Language:
    """The language of ours that an Accept-Language header weighs highest (RFC 9110, 12.5.4)."""
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


def local(address: str) -> str:
    """``address`` where it is a path of this site, else the first page.

    Browsers read "//host" and "/\\host" as addresses of other sites, and leave out controls.
    """
    plain = address.isprintable() and "\\" not in address
    return address if plain and address.startswith("/") and address[1:2] != "/" else "/"
