"""The page of the system."""

from __future__ import annotations

from fastapi.testclient import TestClient


def test_the_page_shows_the_checks_of_the_doctor(client: TestClient) -> None:
    page = client.get("/system", headers={"Accept-Language": "ko"})
    assert page.status_code == 200
    for name in ("python", "data", "library", "database", "broker", "worker", "model"):
        assert f">{name}</b>" in page.text
    assert "정상" in page.text
