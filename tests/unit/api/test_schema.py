"""The OpenAPI file in docs/ is what the app says of itself."""

from __future__ import annotations

import json
from pathlib import Path

from fastapi.testclient import TestClient

from virtual_lab.api import make_app
from virtual_lab.api.schema import render_schema
from virtual_lab.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[3]
FILE = REPOSITORY / "docs" / "openapi.json"


def test_the_file_is_fresh() -> None:
    made = render_schema(make_app(Settings()))
    assert FILE.read_text(encoding="utf-8") == made, (
        "run: python -m virtual_lab.api > docs/openapi.json"
    )


def test_every_call_is_described_with_its_errors(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            assert operation.get("description"), where
            for status, response in operation["responses"].items():
                if status >= "400":
                    assert set(response["content"]) == {"application/problem+json"}, where


def test_every_call_but_one_says_which_keys_it_takes_and_how_it_refuses(
    client: TestClient,
) -> None:
    schema = client.get("/openapi.json").json()
    assert set(schema["components"]["securitySchemes"]) == {"bearer", "header"}
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            is_open = path == "/health"
            assert ("security" in operation) is not is_open, path
            assert {"401", "403", "429"} <= set(operation["responses"]) or is_open, path
    assert "202" in schema["paths"]["/api/task/{task_id}"]["delete"]["responses"]


def test_the_bodies_have_examples_that_are_valid(client: TestClient) -> None:
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    for name, path in (("TopicRequest", "/api/research"), ("QueryRequest", "/api/research/async")):
        examples = schemas[name]["examples"]
        assert len(examples) == 2
        if path.endswith("async"):
            for example in examples:
                assert client.post(path, json=example).status_code == 202


def test_docs_md_names_every_call(client: TestClient) -> None:
    text = (REPOSITORY / "docs" / "api.md").read_text(encoding="utf-8")
    for path in json.loads(FILE.read_text(encoding="utf-8"))["paths"]:
        assert f"`{path}`" in text or path.startswith("/api/reports/{report_id}."), path
