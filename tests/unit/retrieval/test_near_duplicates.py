"""The same text in two sources is found once."""

from __future__ import annotations

import pytest

from virtual_lab.domain import Passage
from virtual_lab.library.index import Hit
from virtual_lab.retrieval.near_duplicates import without_near_duplicates

LAW = (
    "The applicant shall provide a copy of the studies which have been carried out, including,"
    " where available, independent peer-reviewed studies, and any other material which is available"
    " to demonstrate that the food complies with the criteria referred to in this article."
)
OTHER = (
    "The Authority shall give an opinion within 6 months of the receipt of a valid application,"
    " and may ask the applicant for more data, which extends this period until they are received."
)


def hit(source: str, text: str, start: int = 0) -> Hit:
    passage = Passage(
        id=f"{source}:{start}", source_id=source, text=text, start=start, end=start + len(text)
    )
    return Hit(passage, 1.0)


def test_the_first_stays_and_names_the_others() -> None:
    found = without_near_duplicates([hit("a", LAW), hit("b", OTHER), hit("c", LAW), hit("d", LAW)])
    assert [(h.passage.source_id, h.also_in) for h in found] == [("a", ("c", "d")), ("b", ())]


def test_small_changes_do_not_hide_a_copy() -> None:
    changed = LAW.replace("peer-reviewed", "reviewed").upper().replace(",", " ,")
    assert [h.also_in for h in without_near_duplicates([hit("a", LAW), hit("b", changed)])] == [
        ("b",)
    ]


@pytest.mark.parametrize(
    ("words", "others"), [("6 months", "9 months"), ("shall give", "shall not give")]
)
def test_another_number_or_a_negation_makes_another_text(words: str, others: str) -> None:
    assert (
        len(without_near_duplicates([hit("a", OTHER), hit("b", OTHER.replace(words, others))])) == 2
    )


def test_a_text_that_only_shares_a_sentence_stays() -> None:
    assert len(without_near_duplicates([hit("a", LAW), hit("b", f"{LAW} {OTHER}")])) == 2


def test_a_source_that_repeats_itself_is_not_named_as_another() -> None:
    assert [h.also_in for h in without_near_duplicates([hit("a", LAW), hit("a", LAW, 900)])] == [()]


def test_korean_copies_are_found() -> None:
    text = (
        "영업자는 식품의 안전을 위하여 시설 기준을 지켜야 하며 이를 어기면 영업정지를 받을 수 있다."
    )
    assert (
        len(without_near_duplicates([hit("a", text), hit("b", text.replace("하며 ", "하며, "))]))
        == 1
    )


def test_short_texts_without_words_are_told_apart_from_others() -> None:
    assert (
        len(
            without_near_duplicates(
                [hit("a", "Genotoxicity"), hit("b", "Allergenicity"), hit("c", "—")]
            )
        )
        == 3
    )
