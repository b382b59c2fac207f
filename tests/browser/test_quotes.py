"""From a citation to its source: the words around the quote, and the page of a PDF itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pictures import Album
from tests.browser.site import Site
from tests.browser.visiting import Visitor

Visit = Callable[..., Visitor]

QUESTION = "Which toxicological studies does an application for a novel food need?"
END_MS = 60_000
SHEET = "#beside .sheet img"

_MARKED = """async (picture) => {
  await picture.decode();
  const canvas = new OffscreenCanvas(picture.naturalWidth, picture.naturalHeight);
  const drawing = canvas.getContext("2d");
  drawing.drawImage(picture, 0, 0);
  const { data } = drawing.getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let i = 0; i < data.length; i += 4)
    if (data[i] > 240 && data[i + 1] > 200 && data[i + 1] < 240 && data[i + 2] < 120) count++;
  return count;
}"""
"""How many pixels of a picture have the colour of a mark."""


@pytest.fixture(scope="module")
def paper(site: Site, shared_data: Path) -> str:
    """The path of a report on a PDF of 48 pages, which is in the library."""
    pdf = next((shared_data / "documents" / "en").glob("*.pdf"))
    site.upload_files("efsa", {"efsa.pdf": pdf.read_bytes()})
    return f"/reports/{site.report_on(QUESTION, collections=['efsa'])}"


def cited_page(page: Page) -> str:
    """Open the first citation that names a page; gives the address of its quote."""
    cited = page.locator("a.cite", has_text=re.compile(r"\d")).first
    address = cited.get_attribute("href") or ""
    cited.click()
    return address


def number_of(address: str | None) -> int:
    """The number of the quote that an address is of."""
    return int((address or "").rpartition("/")[2].partition("?")[0])


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_a_quote_of_a_pdf_is_marked_on_its_page(
    visit: Visit, paper: str, album: Album, language: str, phone: bool
) -> None:
    visitor = visit(language, phone=phone)
    page = visitor.page
    visitor.go(paper)
    cited_page(page)
    mark = page.locator("#beside .context mark")
    expect(mark.first).to_be_visible()
    around = page.locator("#beside .context").inner_text()
    assert len(around) > len("".join(mark.all_inner_texts())), "nothing stands around the quote"
    picture = page.locator(SHEET)
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("naturalWidth", 1000, timeout=END_MS)
    assert picture.evaluate(_MARKED) > 2000
    assert "48" not in (picture.get_attribute("alt") or "")
    assert not visitor.barriers()
    assert not visitor.too_wide()
    album.keep(visitor, "page-of-pdf", language, phone)


def test_the_keyboard_goes_from_quote_to_quote_and_back(visit: Visit, paper: str) -> None:
    visitor = visit()
    page = visitor.page
    visitor.go(paper)
    first = page.locator("a.cite").first
    first.focus()
    page.keyboard.press("Enter")
    panel = page.locator("#beside")
    expect(panel).to_be_focused()
    number = page.locator("#beside-quote .label")
    cited = number_of(first.get_attribute("href"))
    expect(number).to_contain_text(f"Quote {cited} of")
    step = page.locator("#beside a.step[rel=next]")
    step.focus()
    page.keyboard.press("Enter")
    expect(number).to_contain_text(f"Quote {cited + 1} of")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    assert number_of(page.evaluate("() => document.activeElement.href")) == cited + 1
    page.keyboard.press("Enter")
    expect(panel).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#beside-close")).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel).to_be_hidden()


def test_a_quote_has_a_page_of_its_own(visit: Visit, paper: str, album: Album) -> None:
    visitor = visit(script=False)
    page = visitor.page
    visitor.go(paper)
    address = cited_page(page)
    page.wait_for_url(f"**{address}")
    expect(page.locator(".context mark").first).to_be_visible()
    expect(page.locator(".sheet img")).to_have_js_property("naturalWidth", 1000, timeout=END_MS)
    page.locator("a.step[rel=next]").click()
    expect(page.locator("#quote > .label")).to_contain_text(f"Quote {number_of(address) + 1} of")
    page.get_by_role("link", name="Back to the report").click()
    page.wait_for_url(f"**{paper}?version=1")


def test_the_page_of_a_quote_is_open_to_all(visit: Visit, paper: str, album: Album) -> None:
    for language in ("ko", "en"):
        visitor = visit(language)
        visitor.go(f"{paper}/quotes/1")
        expect(visitor.page.locator(".sheet img")).to_have_js_property("naturalWidth", 1000)
        assert not visitor.barriers()
        assert not visitor.too_wide()
        album.keep(visitor, "quote", language)
