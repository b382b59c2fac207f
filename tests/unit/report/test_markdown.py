"""The Markdown of a report: everything is there, and nothing of a source becomes markup."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from virtual_lab.domain import Report
from virtual_lab.report.markdown import escape, render_markdown

Hostile = Callable[[Report, Sequence[str]], Report]


def test_all_parts_are_there(english_report: Report) -> None:
    text = render_markdown(english_report)
    assert text.startswith(f"# {english_report.title}\n")
    for section in english_report.sections:
        assert f"## {section.title}" in text
    for part in (
        "Short answer",
        "Where sources differ",
        "What is missing",
        "References",
        "Coverage",
    ):
        assert f"## {part}" in text
    assert "No evidence for this section was found." in text
    assert "2/5" in text
    assert "4/5" in text
    assert "[1], p. 36" in text


def test_the_frame_is_in_the_language_of_the_report(korean_report: Report) -> None:
    text = render_markdown(korean_report)
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert headings
    assert not [heading for heading in headings if not re.search("[가-힣]", heading)]


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("# heading", r"\# heading"),
        ("1. item", r"1\. item"),
        ("- item", r"\- item"),
        ("a *b* _c_ `d` ~e~ | f", r"a \*b\* \_c\_ \`d\` \~e\~ \| f"),
        ("[text](javascript:alert(1))", r"\[text\](javascript:alert(1))"),
        ("<img src=x>", r"\<img src=x\>"),
        ("&lt;script&gt;", "&amp;lt;script&amp;gt;"),
        ("two\n\n# lines", r"two \# lines"),
        ("0.9 % of 2015/2283", "0.9 % of 2015/2283"),
    ],
)
def test_marks_are_escaped(text: str, escaped: str) -> None:
    assert escape(text) == escaped


def test_hostile_text_makes_no_markup(
    english_report: Report, hostile_report: Hostile, shared_data: Path
) -> None:
    hostile = shared_data / "hostile"
    strings = json.loads((hostile / "blns.json").read_text("utf-8"))
    strings += (hostile / "xss-payload-list.txt").read_text("utf-8").splitlines()[:500]
    text = render_markdown(hostile_report(english_report, [s for s in strings if s.strip()]))
    own = re.sub(r"<https?://[^\s<>]*>", "", text)
    assert not re.search(r"(?<!\\)<[a-zA-Z/!]", own)
    assert not re.search(r"(?<!\\)\]\(", own)
    assert "<javascript:" not in own
