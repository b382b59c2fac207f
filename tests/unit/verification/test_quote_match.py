"""Quotes may have slips; they may not say something else."""

from __future__ import annotations

import unicodedata

import pytest

from virtual_lab.verification.quote_match import find

TEXT = (
    "Exposure to gene-edited foods¹ did not increase the incidence of allergic reactions.12 "
    "A 90-day study with 15 mg/kg [3, 4] of the purified preparation of the protein, given daily, "
    "found 10⁶ cells and 1.5 % of dose–response effects in Korea; nitrate was not an-\n"
    "alysed at 5–10 µM. The proﬁle of maize is unable to change allergenicity."
)


@pytest.mark.parametrize(
    ("quoted", "stands"),
    [
        ("gene-edited foods did not increase", "gene-edited foods¹ did not increase"),
        ("geneedited foods did not increase", "gene-edited foods¹ did not increase"),
        ("nitrate was not analysed at", "nitrate was not an-\nalysed at"),
        ("The profile of maize", "The proﬁle of maize"),
        ("of dose-response effects", "of dose–response effects"),
        ("A 90 day study", "A 90-day study"),
        ("15 mg/kg of the purified", "15 mg/kg [3, 4] of the purified"),
        ("of allergic reactions. A 90-day", "of allergic reactions.12 A 90-day"),
        ("of allergic reactions.", "of allergic reactions."),
        ("given daily.", "given daily"),
        ("of the purifed preparation", "of the purified preparation"),
        ("of the protein given daily", "of the protein, given daily"),
        ("the Incidence of Allergic", "the incidence of allergic"),
    ],
)
def test_a_slip_is_found_as_it_stands_in_the_source(quoted: str, stands: str) -> None:
    span = find(quoted, TEXT)
    assert span is not None
    assert TEXT[slice(*span)] == stands


@pytest.mark.parametrize(
    "quoted",
    [
        "did not decrease the incidence of allergic reactions",
        "did increase the incidence of allergic reactions",
        "did now increase the incidence of allergic reactions",
        "with 16 mg/kg of the purified preparation",
        "5 mg/kg of the purified preparation",
        "with 15 g/kg of the purified preparation",
        "with 15 µg/kg of the purified preparation",
        "found 106 cells and 1.5 % of dose–response effects",
        "found 10⁵ cells and 1.5 % of dose–response effects",
        "and 15 % of dose–response effects in Korea",
        "and 1. 5 % of dose–response effects in Korea",
        "of dose–response effects in Corea",
        "nitrite was not analysed",
        "not analysed at 510 µM",
        "not analysed at 5–10 µm",
        "not analysed at 5 µM",
        "able to change allergenicity",
        "of maize is able to change allergenicity",
        "edited foods did not increase",
        "of allergic reactions.13 A 90-day",
        "of the purifed preparaton of the protein",  # two slips in forty characters
        "Exposure to foods did not increase",
        "[3, 4]",
        "...",
        "",
    ],
)
def test_what_says_something_else_is_not_found(quoted: str) -> None:
    assert find(quoted, TEXT) is None


def test_a_longer_quote_may_have_more_slips() -> None:
    quoted = (
        "Exposure to gene-edited foods did not increase the incidnce of allergic reactions."
        " A 90-day study with 15 mg/kg of the purifed preparation"
    )
    span = find(quoted, TEXT)
    assert span is not None
    assert TEXT[slice(*span)].startswith("Exposure to gene-edited foods¹")


@pytest.mark.parametrize("digit", "0123456789")
def test_no_digit_of_a_number_can_be_changed_added_or_lost(digit: str) -> None:
    sentence = "The daily intake of the preparation was 37.25 mg per kilogram of body weight."
    number = "37.25"
    for place in range(len(number) + 1):
        changed = {
            number[:place] + digit + number[place:],
            number[:place] + digit + number[place + 1 :],
            number[:place] + number[place + 1 :],
        } - {number}
        for other in changed:
            assert find(sentence.replace(number, other), sentence) is None, other


def test_korean_words_may_end_before_their_particle_and_begin_nowhere_within() -> None:
    text = "비유전자변형 식품은 안전성을 평가하지 않았다."
    span = find("식품은 안전성", text)
    assert span is not None
    assert text[slice(*span)] == "식품은 안전성"
    assert find("유전자변형 식품은", text) is None
    assert find("안전성을 평가하였다", text) is None
    apart = unicodedata.normalize("NFD", text)
    span = find("식품은 안전성을", apart)
    assert span is not None
    assert unicodedata.normalize("NFC", apart[slice(*span)]) == "식품은 안전성을"
