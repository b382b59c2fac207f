"""The page of the system."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from tests.unit.web.conftest import FROM_OUR_FORM, Tags
from virtual_lab.store import Store, StoredRun

pytestmark = pytest.mark.slow


def test_the_page_shows_the_checks_of_the_doctor(client: TestClient) -> None:
    page = client.get("/system", headers={"Accept-Language": "ko"})
    assert page.status_code == 200
    for name in ("파이썬", "데이터 폴더", "자료실", "데이터베이스", "메시지 브로커", "작업자"):
        assert f"<b>{name}</b>" in page.text
    assert "정상" in page.text
    assert "virtual-lab worker로 시작하세요" in page.text
    assert "<b>Data folder</b>" in client.get("/system").text


def test_the_page_shows_what_waits_and_who_works(
    client: TestClient, store: Store, make_run: Callable[..., StoredRun]
) -> None:
    assert "No run is being worked on." in client.get("/system").text
    run = make_run()
    store.runs.submit(run.question)
    assert store.leases.claim(run.id, "host-1:77")
    page = Tags(client.get("/system").text)
    assert "host-1:77" in page.text
    assert f"/runs/{run.id}" in {a["href"] for a in page.named("a")}
    assert "No run is being worked on." not in page.text


def test_providers_say_what_they_lack(client: TestClient) -> None:
    page = Tags(client.get("/system").text)
    assert "Europe PMC" in page.text
    assert "needs TAVILY_API_KEY" in page.text
    assert "/system/providers" in {a["action"] for a in page.named("form")}


def test_other_sites_cannot_have_the_providers_asked(client: TestClient) -> None:
    assert client.post("/system/providers").status_code == 403
    foreign = {**FROM_OUR_FORM, "Sec-Fetch-Site": "cross-site"}
    assert client.post("/system/providers", headers=foreign).status_code == 403
