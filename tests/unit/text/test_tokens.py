"""What the index stores of a text."""

from __future__ import annotations

import re

import pytest

from virtual_lab.text.tokens import bigrams, fold, identifiers, tokenise


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("Regulation (EU) 2015/2283", "2015_2283"),
        ("Directive 2001/18/EC", "2001_18_ec"),
        ("CAC/GL 45-2003", "cac_gl_45_2003"),
        ("CAC/GL 45", "cac_gl_45"),
        ("SDN-1", "sdn_1"),
        ("SDN‑1 (with a hyphen that does not break)", "sdn_1"),
        ("Case C-528/16", "c_528_16"),
        ("서울고등법원 2018누68089 판결", "2018누68089"),
        ("section 8.3.1", "8_3_1"),
    ],
)
def test_identifiers_are_kept_whole_beside_their_parts(text: str, token: str) -> None:
    assert identifiers(fold(text)) == [token]
    tokens = tokenise(text)
    assert token in tokens
    assert any(part in tokens for part in token.split("_"))


def test_a_word_with_a_slash_is_no_identifier() -> None:
    assert identifiers("and/or either/or") == []


def test_latin_words_are_folded_and_stemmed_without_stop_words() -> None:
    assert tokenise("The Allergenic Proteins of Crustacés") == tokenise(
        "allergenic protein crustace"
    )
    assert tokenise("the of and with") == []


def test_hangul_becomes_overlapping_pairs() -> None:
    assert tokenise("유전독성") == ["유전", "전독", "독성"]
    assert set(tokenise("유전독성")) <= set(tokenise("유전독성시험을"))


def test_a_single_character_stays() -> None:
    assert bigrams("법") == ["법"]


@pytest.mark.parametrize(
    ("text", "same"),
    [("ＧＭＯ", "gmo"), ("Ⅳ", "iv"), ("ﬁsh", "fish"), ("식품", "식품"), ("2004³¹", "2004")],
)
def test_forms_of_the_same_character_are_one(text: str, same: str) -> None:
    assert tokenise(text) == tokenise(same)


@pytest.mark.parametrize(
    "text", ['"OR" NEAR(a, b) *', "x AND y", "'; DROP TABLE passage --", "😀 ⁂ \x00"]
)
def test_tokens_hold_nothing_that_a_query_language_acts_on(text: str) -> None:
    assert all(re.fullmatch(r"\w+", token) for token in tokenise(text))
