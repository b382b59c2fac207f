"""The OpenAPI file: ``python -m virtual_lab.api > docs/openapi.json``."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from virtual_lab.http.guard import ALIVE_PATH
from virtual_lab.http.problems import Problem, documented

_FASTAPI_ERROR_SCHEMAS = ("HTTPValidationError", "ValidationError")
_REFUSALS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)
"""The statuses with which the guard may answer every call but ``ALIVE_PATH``."""

_KEYS = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "An API key."},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "The same."},
}


def use_schema(app: FastAPI) -> None:
    """Make the app describe its errors as problem details."""

    def schema() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _schema(app)
        return app.openapi_schema

    # FastAPI's documented way to change the schema is to replace this method.
    app.openapi = schema  # type: ignore[method-assign]


def _schema(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
    schemas = made["components"]["schemas"]
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs"))
    schemas["Problem"] = problem
    for name in _FASTAPI_ERROR_SCHEMAS:
        schemas.pop(name, None)
    made["components"]["securitySchemes"] = _KEYS
    for path, operations in made["paths"].items():
        for operation in operations.values():
            if path != ALIVE_PATH:
                # The empty entry: without any keys, calls from this machine need none.
                operation["security"] = [{name: []} for name in _KEYS] + [{}]
                for status, response in documented(*_REFUSALS).items():
                    operation["responses"].setdefault(str(status), response)
            # FastAPI adds a 422 to every call; here each call that can give it documents it.
            if _FASTAPI_ERROR_SCHEMAS[0] in str(operation["responses"].get("422")):
                del operation["responses"]["422"]
    return made


def render_schema(app: FastAPI) -> str:
    """The OpenAPI file."""
    return json.dumps(app.openapi(), ensure_ascii=False, indent=2) + "\n"
