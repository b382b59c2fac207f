"""Hostile text in a real browser: thousands of payloads, and not one script runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.hostile import SAMPLES, TRAP, payloads
from tests.browser.reports import begin, event, report_of
from tests.browser.site import COLLECTION, SCRIPTED, Site
from tests.browser.visiting import Visitor
from virtual_lab.domain import EventKind

Visit = Callable[..., Visitor]


def has_run_nothing(visitor: Visitor) -> None:
    """Raises:
    AssertionError: a page holds what only an attacker can have written, or ran it.
    """
    visitor.look()
    assert not visitor.complaints
    assert not visitor.foreign_parts()


def test_every_payload_in_a_log_and_in_a_report(
    visit: Visit, site: Site, shared_data: Path
) -> None:
    texts = payloads(shared_data)
    assert len(texts) > 5000
    lease = begin(site, texts[0])
    for start in range(0, len(texts), 25):
        words = " | ".join(texts[start : start + 25])
        site.store.events.append(lease, event(EventKind.SEARCHED, words))
    site.store.leases.finish(lease, report_of(texts[::8]), event(EventKind.FINISHED, texts[0]))
    visitor = visit()
    for path in (f"/runs/{lease.run_id}", f"/reports/{lease.run_id}", "/", "/reports"):
        assert visitor.go(path) == 200
        has_run_nothing(visitor)
    visitor.go(f"/reports/{lease.run_id}")
    for place in (0, 17, 100):
        visitor.page.locator("a.cite").nth(place).click()
        expect(visitor.page.locator(".context mark:visible").first).to_be_visible()
        has_run_nothing(visitor)
    assert visitor.go(f"/api/reports/{lease.run_id}.html") == 200
    visitor.look()
    assert not visitor.page.locator("script, iframe, svg[onload], img[onerror]").count()


def test_payloads_that_arrive_while_the_page_is_open(visit: Visit, site: Site) -> None:
    lease = begin(site, SAMPLES[0])
    visitor = visit()
    visitor.go(f"/runs/{lease.run_id}")
    for text in SAMPLES:
        site.store.events.append(lease, event(EventKind.SEARCHED, text))
    expect(visitor.page.locator("#log li")).to_have_count(len(SAMPLES))
    has_run_nothing(visitor)
    site.store.leases.finish(lease, report_of(list(SAMPLES)), event(EventKind.FINISHED, SAMPLES[1]))
    expect(visitor.page.locator("#outcome a.button")).to_be_visible()
    has_run_nothing(visitor)


@pytest.mark.parametrize("text", SAMPLES)
def test_payloads_in_forms_and_addresses(visit: Visit, text: str) -> None:
    visitor = visit()
    visitor.tolerate("40[04]|422")
    visitor.go("/")
    visitor.page.locator("#topic").fill(text)
    visitor.page.locator("form.ask").evaluate(
        "(form) => form.elements.constraints.value = form.topic.value"
    )
    visitor.page.locator("form.ask button.main").click()
    visitor.page.wait_for_url("**/runs/*")
    has_run_nothing(visitor)
    for path in ("/?topic=", "/library?q=", "/library?collection=", "/reports/", "/login?next="):
        visitor.page.goto(f"{visitor.url}{path}{visitor.page.evaluate('encodeURIComponent', text)}")
        has_run_nothing(visitor)


def test_payloads_in_the_names_and_texts_of_files(visit: Visit, site: Site) -> None:
    texts = {
        text.replace("/", "∕"): f"# {text}\n\nThe allergen {text} is compared.\n\n{text}\n"
        for text in SAMPLES
    }
    site.upload("hostile", texts)
    visitor = visit()
    for path in ("/library/collections/hostile", "/library?q=allergen", "/", "/library"):
        assert visitor.go(path) == 200
        has_run_nothing(visitor)


def test_payloads_that_a_model_writes(visit: Visit, site: Site) -> None:
    topic = f"Which study does the safety of a {TRAP} novel food need?"
    run_id = site.report_on(topic, model=SCRIPTED, collections=[COLLECTION])
    visitor = visit()
    for path in (f"/runs/{run_id}", f"/reports/{run_id}"):
        assert visitor.go(path) == 200
        has_run_nothing(visitor)
    visitor.go(f"/runs/{run_id}")
    assert any(text in visitor.page.locator("main").inner_text() for text in SAMPLES)
