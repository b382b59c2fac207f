"""The context of a quote."""

from __future__ import annotations

import pytest

from virtual_lab.web.context import MOST_CONTEXT_CHARACTERS, around


def shown(text: str, quote: str) -> tuple[str, list[str]]:
    """The context as text, and what is marked in it."""
    start = text.index(quote)
    paragraphs = around(text, start, start + len(quote))
    whole = "\n\n".join("".join(s.text for s in paragraph) for paragraph in paragraphs)
    return whole, [s.text for paragraph in paragraphs for s in paragraph if s.is_hit]


@pytest.mark.parametrize("quote", ["One two.", "Three four.", "Five.", "four. Five", "six"])
def test_a_short_text_is_shown_whole_with_the_quote_marked(quote: str) -> None:
    text = "One two.\n\nThree four. Five.\n\nThe number six"
    assert shown(text, quote) == (text, [quote])


def test_a_quote_over_two_paragraphs_is_marked_in_both() -> None:
    text = "One two.\n\nThree four."
    assert shown(text, "two.\n\nThree") == (text, ["two.", "Three"])


def test_a_long_text_is_cut_at_a_paragraph() -> None:
    far, near = "far " * MOST_CONTEXT_CHARACTERS, "near " * 20
    text = "\n\n".join([far, near.strip(), "The quote.", near.strip(), far])
    assert shown(text, "The quote.")[0] == f"{near.strip()}\n\nThe quote.\n\n{near.strip()}"


def test_a_long_paragraph_is_cut_at_a_word_and_says_so() -> None:
    text = "before " * MOST_CONTEXT_CHARACTERS + "The quote. " + "after " * MOST_CONTEXT_CHARACTERS
    whole, marked = shown(text, "The quote.")
    assert marked == ["The quote."]
    assert whole.startswith("… before ")
    assert whole.endswith("after …")
    assert len(whole) <= 2 * MOST_CONTEXT_CHARACTERS + len("The quote.") + 6


def test_a_text_without_spaces_is_cut_at_the_quote() -> None:
    assert shown("가" * 3000 + "인용문" + "나" * 3000, "인용문") == ("… 인용문 …", ["인용문"])
