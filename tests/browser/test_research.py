"""From the question to the quote, as a person goes that way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pictures import Album
from tests.browser.site import TOPICS, Site
from tests.browser.visiting import Visitor
from virtual_lab.library.starter import STARTER

SEQS = "(lines) => lines.map((line) => Number(line.dataset.seq))"
QUOTE = ".context mark:visible"
END_MS = 60_000

Visit = Callable[..., Visitor]


@pytest.fixture
def held(site: Site) -> Iterator[Site]:
    """The service, whose runs go on at the end whatever a test did."""
    yield site
    site.release()


def ask(page: Page, topic: str) -> None:
    """Fill in the question, choose the starter library, and send the form."""
    page.locator("#topic").fill(topic)
    page.locator("#collection").select_option(STARTER)
    page.locator("form.ask button.main").click()
    page.wait_for_url(re.compile(r"/runs/[\w-]+$"))


def seqs(page: Page) -> list[int]:
    """The numbers of the lines in the log."""
    found: list[int] = page.locator("#log li").evaluate_all(SEQS)
    return found


def await_end(page: Page) -> None:
    """Wait until the page offers the report by itself."""
    expect(page.locator("#outcome a.button")).to_be_visible(timeout=END_MS)


def has_every_line_once(page: Page, site: Site) -> None:
    """Raises:
    AssertionError: a line of the run is missing in the page, or is there twice.
    """
    run_id = page.url.rpartition("/")[2]
    assert seqs(page) == [logged.seq for logged in site.store.events.after(run_id)]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_a_question_becomes_a_report_whose_quotes_open(
    visit: Visit, held: Site, album: Album, language: str, phone: bool
) -> None:
    visitor = visit(language, phone=phone)
    page = visitor.page
    visitor.go("/")
    held.hold("summarise")
    ask(page, TOPICS[language])
    expect(page.locator("#board .pips").first).to_be_visible(timeout=END_MS)
    assert not visitor.barriers()
    assert not visitor.too_wide()
    album.keep(visitor, "run-live", language, phone)
    held.release()
    await_end(page)
    has_every_line_once(page, held)
    page.locator("#outcome a.button").click()
    page.locator("a.cite").first.click()
    quote = page.locator(QUOTE).first
    expect(quote).to_be_visible()
    assert len(quote.inner_text()) > 20
    assert not visitor.barriers()
    assert not visitor.too_wide()
    album.keep(visitor, "citation", language, phone)


def test_a_report_is_taken_home_in_every_format(visit: Visit, site: Site) -> None:
    visitor = visit()
    visitor.go(f"/reports/{site.report_on(TOPICS['en'])}")
    page = visitor.page
    links = page.locator(".formats a[download]")
    starts = {
        "md": b"# ",
        "docx": b"PK",
        "pdf": b"%PDF",
        "json": b"{",
        "bib": b"@",
        "ris": b"TY",
        "csl.json": b"[",
    }
    found = {}
    for place in range(links.count()):
        with page.expect_download() as awaited:
            links.nth(place).click()
        download = awaited.value
        found[download.suggested_filename.partition(".")[2]] = download.path().read_bytes()
    assert set(found) == set(starts)
    assert [name for name in starts if not found[name].startswith(starts[name])] == []
    page.locator(".formats a:not([download])").click()
    page.wait_for_url(re.compile(r"\.html\?"))
    assert page.locator("details.cite").count() > 0


def test_a_reload_in_the_middle_loses_and_repeats_no_line(visit: Visit, held: Site) -> None:
    visitor = visit()
    page = visitor.page
    visitor.go("/")
    held.hold("critique")
    ask(page, TOPICS["en"])
    expect(page.locator("#log .analysed").first).to_be_attached(timeout=END_MS)
    page.reload()
    assert seqs(page)
    held.release()
    await_end(page)
    has_every_line_once(page, held)


def test_a_lost_connection_loses_and_repeats_no_line(visit: Visit, held: Site) -> None:
    visitor = visit()
    page = visitor.page
    visitor.tolerate("ERR_INTERNET_DISCONNECTED|ERR_NETWORK")
    visitor.go("/")
    held.hold("critique")
    ask(page, TOPICS["en"])
    expect(page.locator("#log .analysed").first).to_be_attached(timeout=END_MS)
    visitor.context.set_offline(True)
    run_id = page.url.rpartition("/")[2]
    held.release()
    held.server.wait_for_end(run_id)
    visitor.context.set_offline(False)
    await_end(page)
    has_every_line_once(page, held)


def test_a_server_that_dies_and_comes_back_loses_and_repeats_no_line(
    visit: Visit, held: Site
) -> None:
    visitor = visit()
    page = visitor.page
    visitor.tolerate("ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET|ERR_EMPTY")
    visitor.go("/")
    held.hold("critique")
    ask(page, TOPICS["en"])
    expect(page.locator("#log .analysed").first).to_be_attached(timeout=END_MS)
    held.server.kill()
    expect(page.locator("#trouble")).to_be_visible(timeout=END_MS)
    held.release()
    held.server.start()
    await_end(page)
    expect(page.locator("#trouble")).to_be_hidden()
    has_every_line_once(page, held)


def test_a_run_is_cancelled_and_goes_on(visit: Visit, held: Site) -> None:
    visitor = visit()
    page = visitor.page
    visitor.go("/")
    held.hold("critique")
    ask(page, TOPICS["en"])
    expect(page.locator("#log .analysed").first).to_be_attached(timeout=END_MS)
    page.get_by_role("button", name="Cancel").click()
    resume = page.get_by_role("button", name="Resume")
    expect(resume).to_be_visible(timeout=END_MS)
    held.release()
    resume.click()
    await_end(page)
    has_every_line_once(page, held)


def test_everything_but_the_live_part_works_without_script(visit: Visit, held: Site) -> None:
    visitor = visit(script=False)
    page = visitor.page
    visitor.go("/")
    held.hold("critique")
    ask(page, TOPICS["en"])
    held.release()
    held.server.wait_for_end(page.url.rpartition("/")[2])
    page.reload()
    page.locator("#outcome a.button").click()
    page.locator("a.cite").first.click()
    expect(page.locator(QUOTE).first).to_be_visible()
    visitor.go("/library?q=allergens")
    assert page.locator(".hits mark").count() > 0


def test_the_keyboard_alone_asks_and_opens_a_quote(visit: Visit, site: Site) -> None:
    visitor = visit()
    page = visitor.page
    visitor.go("/")
    expect(page.locator("#topic")).to_be_focused()
    page.keyboard.type(TOPICS["en"])
    press_until(page, "form.ask button.main")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/runs/[\w-]+$"))
    await_end(page)
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.get_attribute("class") == "skip"
    page.keyboard.press("Enter")
    press_until(page, "#outcome a.button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/reports/"))
    press_until(page, "a.cite")
    page.keyboard.press("Enter")
    expect(page.locator(QUOTE).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(QUOTE)).to_have_count(0)
    expect(page.locator("a.cite").first).to_be_focused()


def press_until(page: Page, selector: str) -> None:
    """Press Tab until what ``selector`` means has the focus, which has to be seen.

    Raises:
        AssertionError: the keyboard does not get there.
    """
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            break
    else:
        raise AssertionError(f"no Tab leads to {selector}")
    outline = "() => getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) != "none"
