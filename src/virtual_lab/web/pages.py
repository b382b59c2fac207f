"""Pages: they are rendered from templates, whose engine escapes every text."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
from fastapi import Request
from fastapi.responses import HTMLResponse

from virtual_lab import __version__
from virtual_lab.documents.registry import kinds, suffixes
from virtual_lab.http.session_cookie import COOKIE
from virtual_lab.messages import say, say_all
from virtual_lab.report.scores import HIGHEST_SCORE
from virtual_lab.web.failing import line
from virtual_lab.web.language import language_of

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
        " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    # With "no-referrer" a browser would not send the origin of a form.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-cache",
    "Vary": "Accept-Language, Cookie",
}
"""The headers of every page; the middleware adds the other security headers."""

_EXPLAINED = (403, 404, 409, 429)


def page(
    request: Request, template: str, *, status: int = HTTPStatus.OK, **values: Any
) -> HTMLResponse:
    """A page.

    Args:
        request: the request to answer.
        template: the name of the template without its ending.
        status: the status of the answer.
        values: the variables of the template.
    """
    language = language_of(request)
    html = (
        _environment()
        .get_template(f"{template}.html.j2")
        .render(
            language=language,
            say=lambda key, **blanks: say(f"pages.{key}", language, **blanks),
            kinds=kinds(language, last="or" if language == "en" else ""),
            accept=",".join(suffixes()),
            tell=lambda error: line(error, language),
            say_all=lambda messages: say_all(messages, language),
            here=request.url.path,
            back=address(request),
            signed_in=COOKIE in request.cookies and bool(request.scope.get("caller")),
            **values,
        )
    )
    return HTMLResponse(html, status, HEADERS)


def error_page(request: Request, status: int, what: str) -> HTMLResponse:
    """The page of an error: what went wrong, and what to do."""
    language = language_of(request)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        kind = "500"
    else:
        kind = f"{status:d}" if status in _EXPLAINED else "400"
    heading, remedy = say(f"pages.error_{kind}", language), say(f"pages.remedy_{kind}", language)
    return page(
        request,
        "error",
        status=status,
        heading=heading,
        remedy=remedy,
        what=what,
    )


@cache
def _environment() -> jinja2.Environment:
    folder = Path(str(files("virtual_lab.web"))) / "templates"
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.globals.update(version=__version__, highest_score=HIGHEST_SCORE)
    environment.filters.update(moment=_moment, clock=_clock)
    return environment


def address(request: Request) -> str:
    """The path to return to; "/" for the answer to a form, which cannot be requested again."""
    if request.method != "GET":
        return "/"
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def _moment(time: datetime) -> str:
    """A date and time, in the time zone of this machine."""
    return time.astimezone().strftime("%Y-%m-%d %H:%M")


def _clock(time: datetime) -> str:
    """The time of day, in the time zone of this machine."""
    return time.astimezone().strftime("%H:%M:%S")
