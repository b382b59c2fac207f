"""The files of the pages."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from tests.unit.web.conftest import Tags
from virtual_lab.domain import EventKind

FILES = [
    "report.css",
    "site.css",
    "reading.css",
    "run.css",
    "library.css",
    "system.css",
    "live.js",
    "beside.js",
    "form.js",
    "icon.svg",
]


@pytest.mark.parametrize("name", FILES)
def test_a_browser_asks_whether_a_file_has_changed(client: TestClient, name: str) -> None:
    answer = client.get(f"/static/{name}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["etag"]


@pytest.mark.parametrize("name", ["pages.py", "../pages.py", "%2e%2e/pages.py", "html.py"])
def test_nothing_else_is_served(client: TestClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


def test_the_script_listens_to_every_kind_of_event(client: TestClient) -> None:
    script = client.get("/static/live.js").text
    kinds = re.search(r"KINDS = \[(.*?)\]", script, re.DOTALL)
    assert kinds
    assert set(re.findall(r'"(\w+)"', kinds[1])) == {kind.value for kind in EventKind}


def test_the_first_page_is_small(client: TestClient) -> None:
    """All that a browser transfers for it, uncompressed (the limit is 60 KB)."""
    page = client.get("/")
    tags = Tags(page.text)
    addresses = [str(a["href"]) for a in tags.named("link")]
    addresses += [str(a["src"]) for tag in ("script", "img") for a in tags.named(tag)]
    sizes = [len(client.get(address).content) for address in dict.fromkeys(addresses)]
    assert len(sizes) >= 4
    assert len(page.content) + sum(sizes) < 60_000
