"""Sentences begin and end where a reader of Korean or English says."""

from __future__ import annotations

from pathlib import Path

import pytest

from virtual_lab.documents.registry import read_document
from virtual_lab.documents.sandbox import find_documents
from virtual_lab.text.sentences import sentence_spans, split_sentences


@pytest.mark.parametrize(
    "sentences",
    [
        # Abbreviations, references and numbers do not end a sentence.
        ["See e.g. Art. 5 of Regulation (EU) 2015/2283.", "The limit is 0.9 %."],
        ["The applicant, i.e. the firm, must act.", "Cf. Annex III.", "No. 12 applies."],
        ["Smith et al. (2020) agree.", "Use approx. 5 mg.", "See p. 5.", "It ends."],
        ["E. coli grows.", "Version 2.0 is out (see Fig. 2).", "Then stop."],
        ["Regulation (EC) No 258/97 was repealed.", "In 2016 it changed."],
        ["The value is 5.", "The next is 6."],
        # What may end a sentence does so before a word that begins one.
        ["In the U.S. the FDA rules.", "Products are sold in the U.S.", "The rest is not."],
        ["Proteins, fats etc. are listed.", "Vitamins etc.", "The others follow."],
        # Other marks, and quotations.
        ["What is it?", "Nothing!", "“Quoted.”", "Next one."],
        ["The data were ... sufficient.", "“Why?” he asked."],
        # Korean.
        ["피고는 2015. 12. 10. 원고에게 처분을 하였다.", "원고는 2016. 1. 5. 소를 제기하였다."],
        ["‘법을 위반하였다.’는 혐의로 기소되었다.", "끝이다."],
        ["“왜?”라고 물었다.", "답이 없었다."],
        ["섭취량은 5.5 mg/kg이다.", "기준은 0.9%다.", "식약처(MFDS)는 고시하였다."],
        ["금액은 1,000.50원이다.", "그렇지 않아요.", "맞습니까?", "예."],
        ["시행령 제7조 제1호의 터. 목 단서에 해당한다.", "그러므로 허가를 받아야 한다."],
        # Markers of lists stay with what they mark.
        ["1. First point is made.", "2. Second point."],
        ["가. 원고의 주장은 다음과 같다.", "나. 판단한다."],
    ],
)
def test_text_is_cut_at_its_sentences(sentences: list[str]) -> None:
    assert split_sentences(" ".join(sentences)) == sentences


def test_korean_sentences_need_no_space_between_them() -> None:
    assert split_sentences("처분은 위법하다.그러나 원고는 다투지 않았다.") == [
        "처분은 위법하다.",
        "그러나 원고는 다투지 않았다.",
    ]


@pytest.mark.parametrize("text", ["", "   ", "\n\t "])
def test_nothing_holds_no_sentence(text: str) -> None:
    assert split_sentences(text) == []


def test_a_text_without_an_end_is_one_sentence() -> None:
    assert split_sentences("  a heading without a stop  ") == ["a heading without a stop"]


def test_nothing_but_space_lies_between_the_spans(shared_data: Path) -> None:
    for path in find_documents(shared_data / "documents"):
        for passage in read_document(path).passages():
            end = 0
            for start, stop in sentence_spans(passage.text):
                assert not passage.text[end:start].strip()
                assert start < stop
                end = stop
            assert not passage.text[end:].strip()


def test_a_long_text_without_an_end_is_cut_in_passing() -> None:
    """No stop may look at all of the text before it again."""
    assert len(split_sentences("a. " * 60_000)) == 1
