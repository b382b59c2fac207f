"""Which words of a question may carry its subject."""

from __future__ import annotations

import pytest

from virtual_lab.text.keywords import content_words, is_frame, is_subject, korean_stem


@pytest.mark.parametrize(
    ("word", "stem"),
    [("식품에서의", "식품"), ("유전독성을", "유전독성"), ("법은", "법은"), ("식품", "식품")],
)
def test_particles_are_taken_off_where_a_word_remains(word: str, stem: str) -> None:
    assert korean_stem(word) == stem


def test_content_words_leave_grammar_out() -> None:
    assert content_words("What are the rules for SDN-1 in 2015/2283?") == [
        *("rules", "SDN-1", "2015/2283")
    ]
    assert content_words("영업정지 처분을 받은 경우") == ["영업정지", "처분"]
    asked = "재량권을 남용했다고 본 사례와, 신청자가 제출해야 합니까?"
    assert content_words(asked) == ["재량권", "남용"]


@pytest.mark.parametrize("word", ["requirements", "Requirement", "요구사항", "경우에"])
def test_words_that_frame_a_question_are_known_in_both_languages(word: str) -> None:
    assert is_frame(word)
    assert not is_subject(word)


@pytest.mark.parametrize("word", ["allergenicity", "식품"])
def test_a_noun_is_a_subject(word: str) -> None:
    assert is_subject(word)
    assert not is_frame(word)
