"""Signing in, and what browsers see where nothing is for them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from tests.unit.web.conftest import FROM_OUR_FORM
from virtual_lab.store import Store

HTML = {"Accept": "text/html"}


@pytest.fixture
def key(store: Store) -> Iterator[str]:
    """The only key, for one test."""
    yield store.keys.add("ann")
    store.keys.remove("ann")


def test_without_keys_there_is_nothing_to_sign_in_with(client: TestClient) -> None:
    assert client.get("/login?next=/library").headers["location"] == "/library"
    assert "logout" not in client.get("/").text


@pytest.mark.parametrize(
    ("language", "words"), [("ko", "등록되지 않은 API 키"), ("en", "API key is not known")]
)
def test_a_wrong_key_is_said_to_be_wrong(
    client: TestClient, key: str, language: str, words: str
) -> None:
    headers = {**FROM_OUR_FORM, "Accept-Language": language}
    answer = client.post("/login", data={"key": f"{key}x"}, headers=headers)
    assert answer.status_code == 401
    assert words in answer.text
    assert key not in answer.text
    assert "set-cookie" not in answer.headers


def test_who_has_signed_in_goes_on_and_may_leave(client: TestClient, key: str) -> None:
    answer = client.post(
        "/login", data={"key": f" {key} ", "next": "/library"}, headers=FROM_OUR_FORM
    )
    assert answer.headers["location"] == "/library"
    assert 'action="/logout"' in client.get("/library").text
    assert client.post("/logout", headers=FROM_OUR_FORM).headers["location"] == "/login"
    assert client.get("/library", headers=HTML).headers["location"] == "/login?next=%2Flibrary"


@pytest.mark.parametrize("place", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_nobody_is_led_to_another_site(client: TestClient, key: str, place: str) -> None:
    answer = client.post("/login", data={"key": key, "next": place}, headers=FROM_OUR_FORM)
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}])
def test_the_login_form_of_another_site_is_refused(
    client: TestClient, key: str, headers: dict[str, str]
) -> None:
    answer = client.post("/login", data={"key": key}, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_what_is_not_there_is_a_page_for_a_browser_and_a_problem_for_a_program(
    client: TestClient,
) -> None:
    page = client.get("/nowhere", headers=HTML)
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "There is no such page" in page.text
    for path, headers in (("/nowhere", {}), ("/api/nowhere", HTML)):
        problem = client.get(path, headers=headers)
        assert problem.status_code == 404
        assert problem.headers["content-type"] == "application/problem+json"


def test_a_stranger_is_refused_on_a_page(client: TestClient) -> None:
    stranger = TestClient(client.app, base_url="http://localhost", client=("192.0.2.1", 1))
    answer = stranger.get("/", headers=HTML)
    assert answer.status_code == 403
    assert "text/html" in answer.headers["content-type"]
    assert "This is not allowed" in answer.text
