"""Where the words of a search stand."""

from __future__ import annotations

import pytest

from virtual_lab.web.highlighting import highlight


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
