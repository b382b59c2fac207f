"""Where the words of a search stand."""

from __future__ import annotations

import pytest

from virtual_lab.web.highlight import excerpt, highlight


@pytest.mark.parametrize(
    ("text", "query", "hits"),
    [
        ("The foods of Europe.", "food", ["foods"]),
        ("The food and the feed", "the food", ["food"]),
        ("안전성을 평가한다", "안전성 평가", ["안전성을", "평가한다"]),
        ("이것은 이 표", "이", ["이"]),
        ("NGT-1 plants", "ngt", ["NGT"]),
        ("nothing here", "", []),
        ("", "food", []),
    ],
)
def test_words_are_found_by_their_stem(text: str, query: str, hits: list[str]) -> None:
    stretches = highlight(text, [query])
    assert [stretch.text for stretch in stretches if stretch.is_hit] == hits
    assert "".join(stretch.text for stretch in stretches) == text


def test_a_long_text_is_cut_around_its_first_hit() -> None:
    text = "before " * 100 + "the food here " + "after " * 100
    cut = "".join(stretch.text for stretch in excerpt(highlight(text, ["food"]), 200))
    assert "the food here" in cut
    assert cut.startswith("… before ")
    assert cut.endswith("after …")
    assert len(cut) <= 204


@pytest.mark.parametrize("text", ["food " + "after " * 100, "before " * 100 + "food", "word " * 99])
def test_an_excerpt_keeps_its_hits_at_either_end(text: str) -> None:
    stretches = excerpt(highlight(text, ["food"]), 200)
    hits = [stretch.text for stretch in stretches if stretch.is_hit]
    assert hits == (["food"] if "food" in text else [])
    assert len("".join(stretch.text for stretch in stretches)) <= 204


def test_a_short_text_is_not_cut() -> None:
    stretches = highlight("A food.", ["food"])
    assert excerpt(stretches, 100) == stretches
