"""A site with a key: the login page, a session that does everything, and pages of other sites."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.pictures import Album
from tests.browser.site import COLLECTION, TOPICS, Site, site_in
from tests.browser.visiting import Visitor, visiting
from virtual_lab.testing.scripted import ScriptedModel

END_MS = 60_000
EVIL = "https://evil.example"


class Locked(NamedTuple):
    """A service that asks for a key, and that key."""

    site: Site
    key: str


@pytest.fixture(scope="module")
def locked(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Locked]:
    """The service; it has a key since it started."""
    with site_in(tmp_path_factory.mktemp("locked") / "data", ScriptedModel()) as running:
        key = running.store.keys.add("ann")
        running.server.http.headers["Authorization"] = f"Bearer {key}"
        running.server.http.get("/library").raise_for_status()  # who shows a key is looked up
        yield Locked(running, key)


@pytest.fixture
def knock(browser: Browser, locked: Locked) -> Iterator[Callable[..., Visitor]]:
    """Opens browser windows on the locked site."""
    with ExitStack() as windows:

        def open_window(language: str = "en", **options: Any) -> Visitor:
            return windows.enter_context(visiting(browser, locked.site.url, language, **options))

        yield open_window


def sign_in(page: Page, key: str) -> None:
    """Fill in the key, and send it."""
    page.locator("#key").fill(key)
    page.locator("main form button.main").click()


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_the_login_page_is_open_to_all(
    knock: Callable[..., Visitor], album: Album, language: str, phone: bool
) -> None:
    visitor = knock(language, phone=phone)
    visitor.go("/library")
    page = visitor.page
    assert page.url.endswith("/login?next=%2Flibrary")
    assert page.locator("html").get_attribute("lang") == language
    expect(page.locator("#key")).to_be_focused()
    assert not visitor.barriers()
    assert not visitor.too_wide()
    album.keep(visitor, "login", language, phone)


@pytest.mark.parametrize(
    ("language", "words"), [("ko", "등록되지 않은 API 키"), ("en", "This API key is not known")]
)
def test_a_wrong_key_opens_nothing(
    knock: Callable[..., Visitor], locked: Locked, language: str, words: str
) -> None:
    visitor = knock(language)
    visitor.tolerate("401")
    visitor.go("/")
    sign_in(visitor.page, f"{locked.key}x")
    expect(visitor.page.get_by_role("alert")).to_contain_text(words)
    assert not visitor.barriers()
    assert locked.key not in visitor.page.content()
    assert not visitor.context.cookies()
    visitor.go("/reports")
    assert "/login" in visitor.page.url


def test_a_session_does_everything_until_it_is_left(
    knock: Callable[..., Visitor], locked: Locked
) -> None:
    visitor = knock()
    page = visitor.page
    visitor.go("/library?q=allergens")
    sign_in(page, locked.key)
    page.wait_for_url("**/library?q=allergens")
    assert page.locator(".hits mark").count()
    visitor.go("/")
    page.locator("#topic").fill(TOPICS["en"])
    page.locator("form.ask button.main").click()
    page.wait_for_url(re.compile(r"/runs/[\w-]+$"))
    page.locator("#outcome a.button").click(timeout=END_MS)
    page.locator("a.cite").first.click()
    expect(page.locator(".context mark:visible").first).to_be_visible()
    page.keyboard.press("Escape")
    with page.expect_download() as download:
        page.locator('.formats a[download$=".md"]').click()
    assert download.value.path().read_bytes().startswith(b"# ")
    visitor.go("/system")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login")
    for path in ("/", "/reports", "/library", "/system"):
        visitor.go(path)
        assert "/login" in page.url


def test_the_cookie_is_kept_from_scripts_and_other_sites(
    knock: Callable[..., Visitor], locked: Locked
) -> None:
    visitor = knock()
    visitor.go("/")
    sign_in(visitor.page, locked.key)
    expect(visitor.page.locator("#topic")).to_be_visible()
    (cookie,) = visitor.context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("session", True, "Lax")
    assert locked.key not in cookie["value"]
    assert visitor.page.evaluate("() => document.cookie") == ""


def test_a_page_of_another_site_changes_nothing(
    knock: Callable[..., Visitor], locked: Locked
) -> None:
    visitor = knock()
    page = visitor.page
    visitor.go("/")
    sign_in(page, locked.key)
    expect(page.locator("#topic")).to_be_visible()
    before = len(locked.site.store.runs.list(limit=50).items)
    visitor.tolerate("asks another site|console error|refused")
    remove = f"/library/collections/{COLLECTION}/remove"
    attacks = {
        "/runs": '<input name="topic" value="Evil?">',
        remove: "",
        "/language": '<input name="language" value="ko">',
    }
    forms = "".join(
        f'<form method="post" action="{locked.site.url}{path}">{fields}<button>{path}</button>'
        "</form>"
        for path, fields in attacks.items()
    )
    page.route(f"{EVIL}/**", lambda route: route.fulfill(content_type="text/html", body=forms))
    for path in attacks:
        page.goto(f"{EVIL}/")
        with page.expect_navigation() as led:
            page.get_by_role("button", name=path, exact=True).click()
        assert led.value.status in (303, 403) or "/login" in page.url
    page.goto(f"{EVIL}/")
    stolen = """async (address) => {
      try { return await (await fetch(address, { credentials: "include" })).text(); }
      catch { return ""; }
    }"""
    assert page.evaluate(stolen, f"{locked.site.url}/api/reports") == ""
    assert len(locked.site.store.runs.list(limit=50).items) == before
    visitor.go(f"/library/collections/{COLLECTION}")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator(".documents li").count() == 2
