"""Security headers."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from virtual_lab.http.headers import SECURITY


@pytest.mark.parametrize("path", ["/health", "/api/tasks", "/nowhere", "/openapi.json"])
def test_every_answer_has_them(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert {name: headers.get(name) for name in SECURITY} == SECURITY


def test_the_docs_run_scripts_from_here_only(client: TestClient) -> None:
    page = client.get("/docs")
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "http" not in page.text.replace("http-equiv", "")
    assert "<script>" not in page.text
    for path in ("/docs/start.js", "/docs/assets/swagger-ui-bundle.js"):
        assert f'src="{path}"' in page.text
        assert "javascript" in client.get(path).headers["content-type"]
    assert client.get("/docs/assets/swagger-ui.css").status_code == 200
