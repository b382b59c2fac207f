"""Versions of a report: a section written again, a translation, and what is different."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pictures import Album
from tests.browser.site import SCRIPTED, Site
from tests.browser.visiting import Visitor

Visit = Callable[..., Visitor]

QUESTION = "What does the safety assessment of foods from new genomic techniques require?"
FEEDBACK = "Say which countries require notification."
PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def written(site: Site) -> str:
    """The path of a report that a model wrote."""
    return f"/reports/{site.report_on(QUESTION, model=SCRIPTED, rounds=1, specialists=2)}"


_NOTE = """(form) => form.addEventListener("submit", () =>
  sessionStorage.setItem("said", form.querySelector(".writing").textContent))"""
"""Keeps what a form says while it is under way: the model of the tests is done in a moment."""


def rewrite(page: Page, path: str, feedback: str) -> None:
    """Have the first section written again; the page says that this takes a while."""
    page.locator("#regenerate summary").click()
    page.locator("#feedback").fill(feedback)
    page.locator("#regenerate form").evaluate(_NOTE)
    page.locator("#regenerate button").click()
    page.wait_for_url(f"**{path}?version=*", timeout=PATIENCE_MS)
    assert page.evaluate("() => sessionStorage.getItem('said')")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_section_is_written_again_and_compared(
    visit: Visit, written: str, album: Album, language: str
) -> None:
    visitor = visit(language)
    page = visitor.page
    visitor.go(written)
    rewrite(page, written, FEEDBACK)
    newest = page.locator(".versions [aria-current]")
    expect(newest).to_be_visible()
    note = {"ko": "섹션 1 다시 작성", "en": "section 1 again"}[language]
    assert note in page.locator(".versions").inner_text()
    assert not visitor.barriers()
    assert not visitor.too_wide()
    page.locator(".versions a[href*=compare]").first.click()
    assert page.locator("h1").count() == 1
    assert page.locator(".compared, .note").count()
    assert not visitor.barriers()
    assert not visitor.too_wide()
    album.keep(visitor, "compare", language)


def test_a_report_is_translated(visit: Visit, written: str) -> None:
    visitor = visit()
    page = visitor.page
    visitor.go(f"{written}?version=1")
    page.locator("#translate summary").click()
    page.get_by_role("button", name="Into Korean").click()
    expect(page.locator("article")).to_have_attribute("lang", "ko", timeout=PATIENCE_MS)
    page.locator("a.cite").first.click()
    expect(page.locator("#beside .context mark").first).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(".versions a[href*=compare]").first.click()
    expect(page.locator(".note")).to_contain_text("different languages")


def test_without_a_model_the_page_says_what_is_needed(visit: Visit, site: Site) -> None:
    visitor = visit("ko")
    visitor.go(f"/reports/{site.report_on(QUESTION, rounds=1)}")
    assert not visitor.page.locator("form.slow").count()
    assert "언어 모델이 필요하지만" in visitor.page.locator(".about").inner_text()
