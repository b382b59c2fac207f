"""Errors as problem details (RFC 9457), the same shape on every path."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from math import ceil
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.types import Scope

from virtual_lab.errors import (
    BrokerError,
    CallRefusedError,
    LibraryError,
    StoreError,
    UnknownKeyError,
    VirtualLabError,
)
from virtual_lab.http.headers import SECURITY
from virtual_lab.http_status import phrase
from virtual_lab.messages import Message, fault

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 5

_INTERNAL_ERRORS = (BrokerError, StoreError, LibraryError)
"""Errors whose details name addresses and folders of the server, and so are only logged."""

_SEE_DOCTOR = "virtual-lab doctor says why, on the server, and what to do"
_HINTS = {
    HTTPStatus.NOT_FOUND: Message.of("call.no_path"),
    HTTPStatus.METHOD_NOT_ALLOWED: Message.of("call.wrong_method"),
}
"""What is said of errors of the framework, by status."""

_RETRY_STATUSES = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)

log = structlog.get_logger(__name__)


class Fault(BaseModel):
    """One thing that is wrong with a request."""

    where: str = Field(description="The part of the request, such as body.topic.")
    message: str


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str = Field(description="Names the kind of error; about:blank where the status does.")
    title: str
    status: int
    detail: str | None = None
    instance: str = Field(description="The path that was called.")
    errors: list[Fault] | None = Field(None, description="What is wrong, where it is the request.")
    code: str | None = Field(None, description="Names the message in the detail, in any language.")
    arguments: dict[str, Any] | None = Field(
        None, description="The values in that message, by name; one may be a message itself."
    )


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The entries of these statuses for the OpenAPI file."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": phrase(status), "content": content} for status in statuses}


def problem(
    scope: Scope,
    status: int,
    detail: str | None = None,
    *,
    kind: str = "about:blank",
    title: str = "",
    errors: Sequence[Fault] | None = None,
    headers: Mapping[str, str] | None = None,
    message: Message | None = None,
) -> JSONResponse:
    """The answer for an error."""
    body = Problem(
        type=kind,
        title=title or phrase(status),
        status=status,
        detail=detail or None,
        instance=scope["path"],
        errors=list(errors) if errors else None,
        code=message.code if message else None,
        arguments=message.model_dump()["arguments"] if message else None,
    )
    retry = {"Retry-After": str(RETRY_AFTER_S)} if status in _RETRY_STATUSES else {}
    return JSONResponse(
        body.model_dump(exclude_none=True),
        status,
        {**SECURITY, **retry, **(headers or {})},
        media_type=MEDIA_TYPE,
    )


def add_handlers(app: FastAPI) -> None:
    """Make the app answer every error with problem details."""
    app.add_exception_handler(VirtualLabError, _ours)
    app.add_exception_handler(HTTPException, http_problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _unexpected)


def problem_of(scope: Scope, error: VirtualLabError) -> JSONResponse:
    """The answer for an error of this package."""
    is_internal = isinstance(error, _INTERNAL_ERRORS)
    return problem(
        scope,
        error.status,
        _SEE_DOCTOR if is_internal else error.detail,
        message=None if is_internal else error.message,
        kind=f"urn:virtual-lab:{_kebab(type(error).__name__)}",
        title=error.title,
        headers=headers_of(error),
    )


def headers_of(error: VirtualLabError) -> dict[str, str]:
    """The headers of an error's answer: how to send a key, or when to try again."""
    if isinstance(error, UnknownKeyError):
        return {"WWW-Authenticate": 'Bearer realm="Virtual Lab"'}
    wait_s = error.retry_after_s if isinstance(error, CallRefusedError) else 0.0
    return {"Retry-After": str(ceil(wait_s))} if wait_s else {}


def _ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, VirtualLabError)  # noqa: S101 - Starlette's type is wider
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("call failed", path=request.url.path, error=str(error))
    return problem_of(request.scope, error)


def http_problem(request: Request, error: Exception) -> JSONResponse:
    """The problem for an error of the framework, such as an unknown path."""
    assert isinstance(error, HTTPException)  # noqa: S101 - Starlette's type is wider
    message = message_of(error)
    detail = message.text() if message else None
    return problem(request.scope, error.status_code, detail, headers=error.headers, message=message)


def message_of(error: HTTPException) -> Message | None:
    """What an error of the framework says; None where it says its status alone."""
    status = HTTPStatus(error.status_code)
    if error.detail != status.phrase:
        return Message.of("outside.text", text=error.detail)
    return _HINTS.get(status)


def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - Starlette's type is wider
    found = error.errors()
    faults = [_fault(item, request) for item in found]
    detail = "; ".join(f"{fault.where}: {fault.message}" for fault in faults)
    return problem(
        request.scope,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        detail,
        kind="urn:virtual-lab:invalid-request",
        title="The request is not valid",
        errors=faults,
        message=Message.of("form.faults", faults=tuple(_message(e, request) for e in found)),
    )


def _fault(item: Mapping[str, Any], request: Request) -> Fault:
    """One error of Pydantic or FastAPI, in words for the sender of the request."""
    where = "body" if item["type"] == "json_invalid" else _place(item)
    if where == "body" and (item["type"] == "json_invalid" or not _is_json(request)):
        return Fault(where=where, message=_message(item, request).text().removeprefix("body: "))
    return Fault(where=where, message=item["msg"].removeprefix("Value error, "))


def _message(item: Mapping[str, Any], request: Request) -> Message:
    """The same by code."""
    where = _place(item)
    if item["type"] == "json_invalid":
        said = item["ctx"]["error"]
        return Message.of("form.not_json", said=said, place=item["loc"][-1])
    if where == "body" and not _is_json(request):
        return Message.of("form.send_json", field=where)
    return fault(where, item)


def _place(item: Mapping[str, Any]) -> str:
    return ".".join(map(str, item["loc"]))


def _is_json(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].endswith("json")


def _unexpected(request: Request, error: Exception) -> JSONResponse:
    # The server logs the traceback; the caller gets no internal details.
    return problem(request.scope, HTTPStatus.INTERNAL_SERVER_ERROR)


def _kebab(name: str) -> str:
    """The kebab case of an error's name: "not-found" for "NotFoundError"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name.removesuffix("Error")).lower()
