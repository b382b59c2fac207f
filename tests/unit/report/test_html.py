"""The HTML of a report: one safe file, in which every citation opens its quote."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from html.parser import HTMLParser
from pathlib import Path

from virtual_lab.domain import Report
from virtual_lab.report.html import render_html

Hostile = Callable[[Report, Sequence[str]], Report]
ALLOWED_SCHEMES = ("#", "http://", "https://")


class Page(HTMLParser):
    """Elements, attributes and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes.update(name for name, _ in attrs)
        values = dict(attrs)
        self.links += [value for name in ("href", "src") if (value := values.get(name))]
        self.ids += [value for name, value in attrs if name == "id" and value]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_citations_open_their_quotes(english_report: Report) -> None:
    text = render_html(english_report)
    page = Page(text)
    for section in english_report.sections:
        assert section.title in page.text
        for finding in section.findings:
            for quote in finding.quotes:
                assert quote.text in page.text
    assert {"details", "summary", "blockquote"} <= page.elements
    inner = [link for link in page.links if link.startswith("#")]
    assert inner
    assert {link.removeprefix("#") for link in inner} <= set(page.ids)


def test_it_needs_nothing_else(english_report: Report) -> None:
    text = render_html(english_report)
    page = Page(text)
    assert not page.elements & {"script", "link", "iframe", "img", "object"}
    assert "default-src 'none'" in text
    assert "url(" not in text


def test_it_says_its_language(english_report: Report, korean_report: Report) -> None:
    assert '<html lang="en">' in render_html(english_report)
    assert '<html lang="ko">' in render_html(korean_report)


def test_hostile_text_stays_text(
    english_report: Report, hostile_report: Hostile, shared_data: Path
) -> None:
    strings = json.loads((shared_data / "hostile" / "blns.json").read_text("utf-8"))
    payloads = (shared_data / "hostile" / "xss-payload-list.txt").read_text("utf-8").splitlines()
    strings = [string for string in [*strings, *payloads[:500]] if string.strip()]
    plain, hostile = (
        Page(render_html(english_report)),
        render_html(hostile_report(english_report, strings)),
    )
    page = Page(hostile)
    assert page.elements <= plain.elements | {"ul", "li"}
    assert not [name for name in page.attributes if name.startswith("on")]
    assert page.attributes <= plain.attributes
    assert all(link.startswith(ALLOWED_SCHEMES) for link in page.links)
    assert "<script" not in hostile.lower()


def test_each_cell_of_a_wide_table_names_its_column(english_report: Report) -> None:
    """On a phone six columns were one word wide each; there cells are lines now."""
    page = render_html(english_report)
    (head, row) = page.split('<table class="wide">', 1)[1].split("<tr>")[1:3]
    columns = re.findall(r'<th scope="col">([^<]+)</th>', head)
    assert len(columns) > 3
    assert re.findall(r'<td data-head="([^"]+)">', row) == columns[1:]
