"""Every page, in both languages, on a desktop and a phone: open to all, and fast."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.pictures import Album
from tests.browser.reports import begin, event, report_of
from tests.browser.site import COLLECTION, TOPICS, Site
from tests.browser.visiting import Visitor
from virtual_lab.domain import EventKind

MOST_BYTES = 60_000
IN_THE_DARK = ("home", "run-ko", "report-ko")

Visit = Callable[..., Visitor]


@pytest.fixture(scope="module")
def pages(site: Site) -> dict[str, str]:
    """The path of each page, by the name of its picture."""
    reports = {language: site.report_on(topic) for language, topic in TOPICS.items()}
    return {
        "home": "/",
        "run": f"/runs/{reports['en']}",
        "run-ko": f"/runs/{reports['ko']}",
        "report": f"/reports/{reports['en']}",
        "report-ko": f"/reports/{reports['ko']}",
        "reports": "/reports",
        "library": "/library?q=allergens",
        "collection": f"/library/collections/{COLLECTION}",
        "system": "/system",
    }


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_every_page_is_open_to_all(
    visit: Visit, pages: dict[str, str], album: Album, language: str, phone: bool
) -> None:
    visitor = visit(language, phone=phone)
    barriers, wide = [], []
    for name, path in pages.items():
        if name.endswith("-ko") != (language == "ko") and f"{name}-ko" in pages:
            continue
        assert visitor.go(path) == 200
        page = visitor.page
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("h1").count() == 1
        assert page.locator("main").count() == page.locator("header nav").count() == 1
        barriers += visitor.barriers()
        wide += [f"{path}: {part}" for part in visitor.too_wide()]
        album.keep(visitor, name.removesuffix("-ko"), language, phone)
        if language == "ko" and not phone and name in IN_THE_DARK:
            album.keep(visitor, name.removesuffix("-ko"), language, dark=True)
    assert not barriers
    assert not wide


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_page_that_is_not_there_says_so(visit: Visit, language: str) -> None:
    visitor = visit(language, phone=True)
    visitor.tolerate("404")
    assert visitor.go("/reports/nothing") == 404
    assert {"ko": "찾을 수 없습니다", "en": "no such page"}[language] in visitor.page.inner_text(
        "h1"
    )
    assert not visitor.barriers()
    assert not visitor.too_wide()


def test_the_language_is_switched_for_good(visit: Visit) -> None:
    visitor = visit("en")
    visitor.go("/library")
    visitor.page.get_by_role("button", name="한국어").click()
    assert visitor.page.get_by_role("heading", level=1).inner_text() == "자료실"
    visitor.go("/")
    assert visitor.page.locator("html").get_attribute("lang") == "ko"


def test_the_first_page_is_light(visit: Visit, record_figure: Callable[[str, float], None]) -> None:
    visitor = visit("ko")
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("Network.enable")
    received: list[float] = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    visitor.go("/")
    visitor.page.wait_for_load_state("networkidle")
    assert len(received) >= 3, "the page and its two style sheets"
    assert sum(received) < MOST_BYTES
    timing = "() => performance.getEntriesByType('navigation')[0].domInteractive"
    record_figure("first page, bytes transferred", sum(received))
    record_figure("first page, ms until interactive", visitor.page.evaluate(timing))


def test_a_long_report_is_there_at_once(
    visit: Visit, site: Site, record_figure: Callable[[str, float], None]
) -> None:
    lease = begin(site, "Long")
    texts = [
        f"A long sentence with the number {number} in it is quoted here." for number in range(300)
    ]
    site.store.leases.finish(lease, report_of(texts), event(EventKind.FINISHED, "done"))
    visitor = visit()
    visitor.go(f"/reports/{lease.run_id}")
    assert visitor.page.locator("a.cite").count() > len(texts)
    for name, mark in (("answered", "responseEnd"), ("shown", "domContentLoadedEventEnd")):
        timing = f"() => performance.getEntriesByType('navigation')[0].{mark}"
        record_figure(f"report of 300 findings, ms until {name}", visitor.page.evaluate(timing))
