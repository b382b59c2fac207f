"""Statements stand by themselves: whole sentences, none that leans on what is not shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from virtual_lab.documents.quotable import ELLIPSIS, MAX_LENGTH, statements, without_marker
from virtual_lab.documents.registry import read_document
from virtual_lab.documents.sandbox import find_documents
from virtual_lab.domain import Passage


def texts(text: str) -> list[str]:
    passage = Passage(id="s:0", source_id="s", text=text, start=0, end=len(text))
    return [statement.text for statement in statements(passage)]


WHOLE = "Applicants must provide toxicological information on the novel food."
KOREAN = "영업정지 처분은 재량권의 범위를 벗어난 경우에 취소될 수 있다."


@pytest.mark.parametrize("sentence", [WHOLE, KOREAN])
def test_a_whole_sentence_is_a_statement(sentence: str) -> None:
    assert texts(sentence) == [sentence]


@pytest.mark.parametrize(
    "text",
    [
        "Toxicological information on the novel food",  # no end
        "3.2 Toxicological information.",  # a heading
        "ing from the processing of the novel food, data should be given.",  # a fragment
        "(EFSA NDA Panel, 2016; EFSA Scientific Committee, 2018 are cited here).",  # a citation
        "See the guidance of the Scientific Committee which is available on the website.",
        "The specifications (e.g. purity and identity should be given to the panel.",  # "(" stays
        "Yes, it is.",
        "The information that should be provided for other novel foods is as follows.",
        "For such novel foods the dossier of the applicant should include the following.",
        "이 사건 처분의 경위와 이에 대한 원고의 주장은 다음과 같다.",
        "원고의 주장",
        "는 이유로 처분을 취소하여야 한다고 주장하는 것은 받아들일 수 없다.",
    ],
)
def test_a_part_of_a_sentence_is_none(text: str) -> None:
    assert texts(text) == []


@pytest.mark.parametrize(
    ("first", "leaning"),
    [
        (WHOLE, "This should be based on the guidance of the Scientific Committee."),
        (WHOLE, "If not, the applicant must justify the absence of such studies."),
        (WHOLE, "However, the absence of some studies can be justified by the applicant."),
        (KOREAN, "그러나 공익이 더 큰 경우에는 처분을 취소할 수 없다고 보아야 한다."),
        (KOREAN, "이는 비례의 원칙에 따른 것으로서 여러 사정을 종합하여 판단한다."),
    ],
)
def test_a_sentence_that_leans_takes_the_one_before_along(first: str, leaning: str) -> None:
    assert texts(f"{first} {leaning}") == [first, f"{first} {leaning}"]
    assert texts(leaning) == []


def test_items_take_a_sentence_that_leads_in_along() -> None:
    lead = "The information that should be provided on the source is as follows."
    assert texts(f"{lead}\n\n- its scientific name;") == [f"{lead}{ELLIPSIS}its scientific name"]


def test_items_take_the_line_that_leads_in() -> None:
    found = texts(
        "The following data are required for the assessment of the food:\n\n"
        "• results of two in vitro genotoxicity tests;\n\n"
        "• a 90-day oral toxicity study in rodents."
    )
    lead = "The following data are required for the assessment of the food:"
    assert found == [
        f"{lead}{ELLIPSIS}results of two in vitro genotoxicity tests",
        f"{lead}{ELLIPSIS}a 90-day oral toxicity study in rodents.",
    ]


def test_an_item_that_is_a_whole_sentence_needs_no_lead() -> None:
    assert texts(f"Note the following points:\n\n• {WHOLE}") == [WHOLE]


@pytest.mark.parametrize("marker", ["1. ", "가. ", "(iv) ", "• ", "【이유】 ", "① ", "[3] "])
def test_the_marker_of_a_list_is_not_quoted(marker: str) -> None:
    assert texts(marker + WHOLE) == [WHOLE]


@pytest.mark.parametrize("number", ["1.5 mg/kg", "-5 °C"])
def test_a_number_is_no_marker(number: str) -> None:
    sentence = f"{number} is the highest value at which the food must be kept and tested."
    assert without_marker(sentence, (0, len(sentence))) == (0, len(sentence))


@pytest.mark.parametrize("ending", [";", "; and", ", or"])
def test_an_item_that_others_follow_ends_without_them(ending: str) -> None:
    lead = "The decision is taken according to the following:"
    assert texts(f"{lead}\n\n• a risk assessment under Annex III{ending}") == [
        f"{lead}{ELLIPSIS}a risk assessment under Annex III"
    ]


def test_pointing_at_another_place_is_noted() -> None:
    sentence = "The approach is described below and should be followed by all applicants."
    passage = Passage(id="s:0", source_id="s", text=sentence, start=0, end=len(sentence))
    assert [statement.points_away for statement in statements(passage)] == [True]


def test_spans_are_the_words_of_the_passage(shared_data: Path) -> None:
    found = 0
    for path in find_documents(shared_data / "documents"):
        for passage in read_document(path).passages():
            for statement in statements(passage):
                found += 1
                words = ELLIPSIS.join(passage.text[start:end] for start, end in statement.spans)
                assert words == statement.text
                assert len(statement.text) <= MAX_LENGTH + len(ELLIPSIS)
    assert found > 1_000
