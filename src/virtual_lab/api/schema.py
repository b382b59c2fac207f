"""The OpenAPI file: ``python -m virtual_lab.api > docs/openapi.json``."""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from virtual_lab.api.problems import Problem

_NOT_OURS = ("HTTPValidationError", "ValidationError")


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
    for operations in made["paths"].values():
        for operation in operations.values():
            # FastAPI's own guess; where a request can be wrong, the call says so itself.
            if _NOT_OURS[0] in str(operation["responses"].get("422")):
                del operation["responses"]["422"]
    return made


def render_schema(app: FastAPI) -> str:
    """The OpenAPI file."""
    return json.dumps(app.openapi(), ensure_ascii=False, indent=2) + "\n"
