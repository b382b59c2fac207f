"""The route of a page: it shows errors as pages, and refuses forms of other sites."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from virtual_lab.errors import CallRefusedError, InvalidInputError, VirtualLabError
from virtual_lab.http.guard import is_own_origin
from virtual_lab.messages import fault
from virtual_lab.web.failing import explain, framework_words, line
from virtual_lab.web.language import language_of
from virtual_lab.web.pages import error_page

_HARMLESS = frozenset({"GET", "HEAD"})

log = structlog.get_logger(__name__)


class PageRoute(APIRoute):
    """The route of a page."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of requests."""
        handle = super().get_route_handler()

        async def handle_page(request: Request) -> Response:
            try:
                if request.method not in _HARMLESS:
                    refuse_other_sites(request)
                return await handle(request)
            except VirtualLabError as error:
                return _ours(request, error)
            except RequestValidationError as error:
                faults = tuple(fault(str(item["loc"][-1]), item) for item in error.errors())
                return _ours(request, InvalidInputError("form.faults", faults=faults))
            except HTTPException as error:
                return _page(
                    request, error.status_code, framework_words(error, language_of(request))
                )

        return handle_page


def refuse_other_sites(request: Request) -> None:
    """Refuse forms of other sites (CSRF).

    Browsers send the origin of a form in ``Sec-Fetch-Site``, older ones in ``Origin`` alone. A
    request with neither comes from a program, which should use the API.

    Raises:
        CallRefusedError: the form is not one of this site.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin", "")
    ours = is_own_origin(origin, request.headers) if origin else site is not None
    if not ours or site not in (None, "same-origin"):
        raise CallRefusedError("form.other_site")


def _ours(request: Request, error: VirtualLabError) -> Response:
    language = language_of(request)
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        # The detail names addresses and folders of the server, which are for the log only.
        log.warning("page failed", path=request.url.path, error=str(error))
        return _page(request, error.status, explain(error, language).title)
    return _page(request, error.status, line(error, language))


def _page(request: Request, status: int, what: str) -> Response:
    return error_page(request, status, what)
