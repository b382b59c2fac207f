"""What holds for every page: escaping, no inline script or style, headers, languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.unit.web.conftest import FROM_OUR_FORM, Tags
from virtual_lab.store import StoredRun

KNOWN_TAGS = set(
    """
    html head meta title link script noscript body a header nav ul li form input button main h1 h2
    p footer img div span label textarea select option datalist details summary dl dt dd section
    ol table caption thead tbody tr th td time progress meter i b strong blockquote article aside
    search mark figure figcaption img h3 svg line text
    polyline circle br fieldset legend
    """.split()
)
SCRIPTS = ("/static/live.js", "/static/beside.js", "/static/form.js")
STATIC_PAGES = ["/", "/reports", "/library", "/library?q=novel+food", "/runs/none", "/reports/none"]


@pytest.fixture
def finished(
    make_run: Callable[..., StoredRun], finish: Callable[[StoredRun, str], StoredRun]
) -> StoredRun:
    return finish(make_run(), "Novel foods")


def addresses(run: StoredRun) -> list[str]:
    return [
        *STATIC_PAGES,
        f"/runs/{run.id}",
        f"/reports/{run.id}",
        f"/reports/{run.id}/quotes/1",
    ]


def test_no_page_holds_an_inline_script_or_style(client: TestClient, finished: StoredRun) -> None:
    for address in addresses(finished):
        answer = client.get(address)
        page = Tags(answer.text)
        assert {tag for tag, _ in page.tags} <= KNOWN_TAGS, address
        for attributes in page.named("script"):
            assert str(attributes["src"]).startswith("/static/"), address
        for _, attributes in page.tags:
            assert not [a for a in attributes if a == "style" or a.startswith("on")], address
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"


def test_every_page_has_its_landmarks_and_names(client: TestClient, finished: StoredRun) -> None:
    for address in addresses(finished):
        page = Tags(client.get(address).text)
        assert len(page.named("main")) == 1, address
        assert len(page.named("h1")) == 1, address
        ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
        assert len(ids) == len(set(ids)), address
        labelled = {attributes.get("for") for attributes in page.named("label")}
        for tag in ("input", "select", "textarea"):
            for attributes in page.named(tag):
                if attributes.get("type") != "hidden":
                    assert attributes["id"] in labelled, (address, attributes)
        for _, attributes in page.tags:
            for name in ("aria-labelledby", "aria-describedby"):
                if name in attributes:
                    assert attributes[name] in ids, address


def test_hostile_texts_come_out_as_text(
    client: TestClient,
    shared_data: Path,
    make_run: Callable[..., StoredRun],
    finish: Callable[[StoredRun, str], StoredRun],
) -> None:
    lines = (shared_data / "hostile" / "xss-payload-list.txt").read_text("utf-8").splitlines()
    hostile = [line.strip() for line in lines if "<" in line and line.isprintable()]
    assert len(hostile) > 1000
    for number in range(0, len(hostile), 40):
        text = " ".join(hostile[number : number + 40])[:1800]
        run = finish(make_run(text, text[:500]), text)
        lists = () if number % 320 else ("/", "/reports")  # the pages that show eight runs
        for address in (*lists, *addresses(run)[-3:]):
            page = Tags(client.get(address).text)
            assert text in page.text or " ".join(text.split()) in page.text, address
            assert {tag for tag, _ in page.tags} <= KNOWN_TAGS, address
            for attributes in page.named("script"):
                assert attributes["src"] in SCRIPTS
            for tag, attributes in page.tags:
                assert not [a for a in attributes if a.startswith("on")], (address, tag)
                link = str(attributes.get("href") or attributes.get("src") or "")
                assert re.match(r"$|[/#?]|https://example\.org/", link), link


def test_a_hostile_address_comes_out_as_text(client: TestClient) -> None:
    page = client.get("/", params={"topic": "</textarea><script>alert(1)</script>"})
    assert "<script>alert" not in page.text
    assert "</textarea><script>alert(1)</script>" in Tags(page.text).text


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("ko-KR,ko;q=0.9,en;q=0.8", "ko"),
        ("en-US,en;q=0.9,ko;q=0.8", "en"),
        ("fr-FR, ko;q=0.3", "ko"),
        ("fr", "en"),
        ("ko;q=nonsense, en;q=0.1", "en"),
        ("", "en"),
    ],
)
def test_pages_speak_the_language_of_the_browser(
    client: TestClient, header: str, language: str
) -> None:
    page = client.get("/", headers={"Accept-Language": header})
    assert Tags(page.text).named("html") == [{"lang": language}]
    assert ("무엇을 알아볼까요?" in page.text) == (language == "ko")


def test_a_chosen_language_goes_before_the_browsers(client: TestClient) -> None:
    form = {"language": "ko", "back": "/library?q=a"}
    answer = client.post("/language", data=form, headers=FROM_OUR_FORM)
    assert answer.headers["location"] == "/library?q=a"
    assert "samesite=lax" in answer.headers["set-cookie"].lower()
    page = client.get("/library", headers={"Accept-Language": "en"})
    assert Tags(page.text).named("html") == [{"lang": "ko"}]


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", ""])
def test_the_switch_of_the_language_leads_to_no_other_site(client: TestClient, back: str) -> None:
    form = {"language": "en", "back": back}
    answer = client.post("/language", data=form, headers=FROM_OUR_FORM)
    assert answer.headers["location"] == "/"


def test_what_is_not_there_is_a_page_that_says_so(client: TestClient) -> None:
    answer = client.get("/runs/none", headers={"Accept-Language": "ko"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "삭제되었을 수 있습니다" in answer.text
