"""The choice of the language of the pages."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse

from virtual_lab.domain import Language
from virtual_lab.http.session_cookie import is_by_tls
from virtual_lab.web.language import COOKIE
from virtual_lab.web.page_route import PageRoute

CHOOSE = "/language"
_YEAR_S = 365 * 24 * 3600

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.post(CHOOSE)
async def choose_language(
    request: Request, language: Annotated[Language, Form()], back: Annotated[str, Form()] = "/"
) -> RedirectResponse:
    """Store a language in a cookie, and redirect to the page where it was chosen."""
    answer = RedirectResponse(local(back), 303)
    answer.set_cookie(
        COOKIE,
        language,
        max_age=_YEAR_S,
        httponly=True,
        samesite="lax",
        secure=is_by_tls(request),
    )
    return answer


def local(address: str) -> str:
    """``address`` if it is a path of this site, else the path of the home page.

    Browsers read "//host" and "/\\host" as addresses of other sites, and drop control characters.
    """
    plain = address.isprintable() and "\\" not in address
    return address if plain and address.startswith("/") and address[1:2] != "/" else "/"
