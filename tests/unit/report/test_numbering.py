"""How a report points to its references."""

from __future__ import annotations

import pytest

from tests.unit.report.conftest import ALLERGEN_QUOTE, COURT_QUOTE, GUIDANCE, JUDGMENT
from virtual_lab.domain import Locator, Report, SourceKind, Tier
from virtual_lab.report.numbering import (
    quote_place,
    reference_numbers,
    reference_text,
    rests_on_starter,
)


def test_references_are_numbered_in_their_order(english_report: Report) -> None:
    assert reference_numbers(english_report) == {"guidance": 1, "judgment": 2}


def test_a_place_is_the_page_or_the_last_heading() -> None:
    assert quote_place(ALLERGEN_QUOTE, "en") == "p. 36"
    assert quote_place(ALLERGEN_QUOTE, "ko") == "36쪽"
    assert quote_place(COURT_QUOTE, "ko") == "판단"
    assert quote_place(COURT_QUOTE.model_copy(update={"locator": Locator()}), "ko") == ""


def test_a_long_heading_is_cut() -> None:
    long = COURT_QUOTE.model_copy(update={"locator": Locator(section="x" * 100)})
    assert quote_place(long, "en") == "x" * 69 + "…"


@pytest.mark.parametrize(
    ("update", "words"),
    [
        ({}, "EFSA NDA Panel. Guidance on novel food applications. e8961. 2024"),
        ({"kind": SourceKind.PRIMER, "authors": ()}, "starter library"),
        (
            {"tier": Tier.REVIEWED, "gathered_at": "2026-03-02T10:00:00+00:00"},
            "e8961. 2024. peer-reviewed. gathered 2026-03-02",
        ),
        ({"url": None, "path": "/home/someone/file.pdf"}, "file.pdf"),
    ],
)
def test_a_reference_in_words(update: dict[str, object], words: str) -> None:
    text = reference_text(GUIDANCE.model_copy(update=update), "en")
    assert words in text
    assert "/home" not in text


def test_a_file_that_only_repeats_the_title_is_not_named() -> None:
    same = JUDGMENT.model_copy(update={"path": "/library/시정명령취소청구.md"})
    assert ".md" not in reference_text(same, "ko")


def test_a_report_on_primers_alone_is_known(english_report: Report) -> None:
    primer = GUIDANCE.model_copy(update={"kind": SourceKind.PRIMER})
    assert not rests_on_starter(english_report)
    assert rests_on_starter(english_report.model_copy(update={"references": (primer,)}))
