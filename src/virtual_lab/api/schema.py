"""The OpenAPI file: ``python -m virtual_lab.api > docs/openapi.json``."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from virtual_lab.http.guard import ALIVE
from virtual_lab.http.problems import Problem, documented

_NOT_OURS = ("HTTPValidationError", "ValidationError")
_REFUSALS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)
"""What every other call may be answered with; see ``guard``."""

_KEYS = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "An API key."},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "The same."},
}


def use_schema(app: FastAPI) -> None:
    """Let the app describe its errors as they are: problems, on every call."""

    def schema() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _schema(app)
        return app.openapi_schema

    # FastAPI is extended by replacing this method.
    app.openapi = schema  # type: ignore[method-assign]


def _schema(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
    schemas = made["components"]["schemas"]
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs"))
    schemas["Problem"] = problem
    for name in _NOT_OURS:
        schemas.pop(name, None)
    made["components"]["securitySchemes"] = _KEYS
    for path, operations in made["paths"].items():
        for operation in operations.values():
            if path != ALIVE:
                # The last one is none: where there are no keys, this machine needs none.
                operation["security"] = [{name: []} for name in _KEYS] + [{}]
                for status, response in documented(*_REFUSALS).items():
                    operation["responses"].setdefault(str(status), response)
            # FastAPI's own guess; where a request can be wrong, the call says so itself.
            if _NOT_OURS[0] in str(operation["responses"].get("422")):
                del operation["responses"]["422"]
    return made


def render_schema(app: FastAPI) -> str:
    """The OpenAPI file."""
    return json.dumps(app.openapi(), ensure_ascii=False, indent=2) + "\n"
