"""The order of a paper, its facts, and the addresses that it links to."""

from __future__ import annotations

import pytest

from virtual_lab.domain import Report
from virtual_lab.report.layout import lay_out
from virtual_lab.report.paper import ProseBlock, Recalled, References, Scores, Table


def references(report: Report) -> References:
    blocks = [block for part in lay_out(report).parts for block in part.blocks]
    return next(block for block in blocks if isinstance(block, References))


def test_facts_name_question_constraints_date_and_figures(
    english_report: Report, korean_report: Report
) -> None:
    assert lay_out(english_report).facts == (
        "Question: How do regulators assess the allergenicity of a new protein?",
        "Constraints: Guidance since 2020 only",
        "Sources as of 2026-11-24 · Statements verified against their quotes: 3 of 4"
        " · Sources used: 2 of 5 found",
    )
    assert lay_out(korean_report).facts == (
        "자료 기준일 2026-11-24 · 진술 1건 중 1건을 인용문과 대조해 검증"
        " · 찾은 출처 1건 중 1건 사용",
    )


def test_what_must_be_known_before_the_answer_stands_before_it(english_report: Report) -> None:
    caveat = "The library does not speak of “CRISPR”."
    paper = lay_out(english_report.model_copy(update={"caveat": caveat}))
    first = paper.parts[0].blocks[0]
    assert isinstance(first, ProseBlock)
    assert (first.text, first.aside) == (caveat, True)


def test_the_short_answer_is_the_abstract_or_the_strongest_findings(
    english_report: Report, written_report: Report
) -> None:
    (listed,) = lay_out(english_report).parts[0].blocks
    assert isinstance(listed, Recalled)
    assert not listed.running
    (written,) = lay_out(written_report).parts[0].blocks
    assert isinstance(written, Recalled)
    assert written.running


def test_no_answer_and_nothing_missing_are_said(english_report: Report) -> None:
    report = english_report.model_copy(update={"short_answer": (), "missing": ()})
    blocks = {part.title: part.blocks for part in lay_out(report).parts}
    assert blocks["Short answer"] == (
        ProseBlock(text="The sources hold no statement that answers the question."),
    )
    assert blocks["What is missing"] == (
        ProseBlock(text="Every weighty term of the question is covered by a quote."),
    )


def test_scores_are_a_row_for_each_specialist(english_report: Report) -> None:
    blocks = next(p.blocks for p in lay_out(english_report).parts if p.title == "Method and team")
    scores = next(block for block in blocks if isinstance(block, Scores))
    assert scores.rounds == ("Round 1", "Round 2")
    assert scores.rows == (("Allergenicity specialist", (2, 4)),)
    captions = [block.caption for block in blocks if isinstance(block, Table)]
    assert captions == ["Team", "Round 1", "Round 2", "Terms also searched in the other language"]


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        (
            "https://law.go.kr/판례?q=식품 위생",
            "https://law.go.kr/%ED%8C%90%EB%A1%80?q=%EC%8B%9D%ED%92%88%20%EC%9C%84%EC%83%9D",
        ),
        ("http://a.example/x?y=%20#z", "http://a.example/x?y=%20#z"),
        ('https://a.example/"onclick=x<y>', "https://a.example/%22onclick=x%3Cy%3E"),
        ("javascript:alert(1)", ""),
        ("javascript://a.example/%0aalert(1)", ""),
        ("ftp://a.example/x", ""),
        ("https:", ""),
        ("https://[broken", ""),
        ("file:///etc/hostname", ""),
        (None, ""),
    ],
)
def test_only_web_addresses_are_linked(
    url: str | None, linked: str, english_report: Report
) -> None:
    guidance, judgment = english_report.references
    cited = (guidance.model_copy(update={"url": url}), judgment)
    report = english_report.model_copy(update={"references": cited})
    assert references(report).items[0].url == linked
