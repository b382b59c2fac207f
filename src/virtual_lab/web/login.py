"""The login page: a user enters an API key, and the browser gets a session."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

import anyio
from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from virtual_lab.errors import CallRefusedError
from virtual_lab.http.dependencies import CurrentService
from virtual_lab.http.guard import address_of, check_key
from virtual_lab.http.problems import headers_of
from virtual_lab.http.session_cookie import begin_session, end_session
from virtual_lab.web.language_choice import local
from virtual_lab.web.page_route import PageRoute
from virtual_lab.web.pages import page

LOGIN = "/login"
_LONGEST_KEY = 200

router = APIRouter(include_in_schema=False, route_class=PageRoute)


def login_address(back: str) -> str:
    """The path of the login page, which then redirects to ``back``."""
    return f"{LOGIN}?next={quote(back, safe='')}" if back != "/" else LOGIN


@router.get(LOGIN)
async def show_login(
    request: Request,
    service: CurrentService,
    next: str = "/",  # noqa: A002
) -> Response:
    """The form; a redirect where there are no keys, and so nothing to sign in with."""
    if not await anyio.to_thread.run_sync(service.store.keys.exist):
        return RedirectResponse(local(next), HTTPStatus.SEE_OTHER)
    return _form(request, next)


@router.post(LOGIN)
async def log_in(
    request: Request,
    service: CurrentService,
    key: Annotated[str, Form(max_length=_LONGEST_KEY)] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    """Begin a session if the key is right."""
    try:
        use = await check_key(service, address_of(request.scope), key.strip())
    except CallRefusedError as error:
        answer: Response = _form(request, next, error.status)
        answer.headers.update(headers_of(error))
        return answer
    request.scope["caller"] = use.key.name
    answer = RedirectResponse(local(next), HTTPStatus.SEE_OTHER)
    begin_session(service.sessions, request, answer, use.key.id)
    return answer


@router.post("/logout")
async def log_out() -> RedirectResponse:
    """End the session of this browser."""
    answer = RedirectResponse(LOGIN, HTTPStatus.SEE_OTHER)
    end_session(answer)
    return answer


def _form(request: Request, back: str, status: int = HTTPStatus.OK) -> HTMLResponse:
    return page(request, "login", status=status, next=local(back), failed=int(status))
