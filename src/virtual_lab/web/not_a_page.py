"""Refusing: what a browser is shown where there is no page, or it may not see one."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Scope

from virtual_lab.errors import UnknownKeyError, VirtualLabError
from virtual_lab.http.problems import headers_of, http_problem, problem_of
from virtual_lab.web.failing import explain
from virtual_lab.web.language import language_of
from virtual_lab.web.login import login_address
from virtual_lab.web.pages import address, error_page


def refuse_page(scope: Scope, error: VirtualLabError) -> ASGIApp:
    """Why a call is not served: a page for a browser, where a key is missing the way to the login
    page; a problem for a program."""
    request = Request(scope)
    if not is_for_reading(request):
        return problem_of(scope, error)
    if isinstance(error, UnknownKeyError):
        return RedirectResponse(login_address(address(request)), HTTPStatus.SEE_OTHER)
    told = explain(error, language_of(request))
    answer = error_page(request, error.status, told.detail or told.title)
    answer.headers.update(headers_of(error))
    return answer


def show_missing_pages(app: FastAPI) -> None:
    """Let browsers that ask for what is not there see a page."""

    async def missing(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - Starlette's type is wider
        if is_for_reading(request):
            return error_page(request, error.status_code, error.detail)
        return http_problem(request, error)

    app.add_exception_handler(HTTPException, missing)


def is_for_reading(request: Request) -> bool:
    """Whether a person will read the answer: browsers ask for HTML, and the API gives none."""
    is_api = request.url.path.startswith(("/api/", "/docs/", "/static/"))
    return not is_api and "text/html" in request.headers.get("accept", "")
