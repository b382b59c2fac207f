"""Answers instead of a page: for a missing page, or for a call that is refused."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Scope

from virtual_lab.errors import UnknownKeyError, VirtualLabError
from virtual_lab.http.problems import headers_of, http_problem, problem_of
from virtual_lab.web.failing import explain, framework_words
from virtual_lab.web.language import language_of
from virtual_lab.web.login import login_address
from virtual_lab.web.pages import address, error_page


def refuse_page(scope: Scope, error: VirtualLabError) -> ASGIApp:
    """The answer for a refused call.

    A browser gets an error page, or a redirect to the login page where a key is missing. A program
    gets problem details.
    """
    request = Request(scope)
    if not is_for_reading(request):
        return problem_of(scope, error)
    if isinstance(error, UnknownKeyError):
        return RedirectResponse(login_address(address(request)), HTTPStatus.SEE_OTHER)
    explained = explain(error, language_of(request))
    answer = error_page(request, error.status, explained.detail or explained.title)
    answer.headers.update(headers_of(error))
    return answer


def show_missing_pages(app: FastAPI) -> None:
    """Make the app answer browsers with an error page where a path does not exist."""

    async def missing(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - Starlette's type is wider
        if is_for_reading(request):
            return error_page(
                request, error.status_code, framework_words(error, language_of(request))
            )
        return http_problem(request, error)

    app.add_exception_handler(HTTPException, missing)


def is_for_reading(request: Request) -> bool:
    """Whether a browser will show the answer: it asks for HTML, and not from the API."""
    is_api = request.url.path.startswith(("/api/", "/docs/", "/static/"))
    return not is_api and "text/html" in request.headers.get("accept", "")
