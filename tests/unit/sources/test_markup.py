"""Titles and abstracts lose their markup and keep their words."""

from __future__ import annotations

import pytest

from virtual_lab.sources.markup import Paragraph, abstract, paragraphs, plain

LONG = "This sentence is long enough to count as the abstract of a paper on food safety."


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("The role of\n   <scp>AI</scp>\n   in ecology", "The role of AI in ecology"),
        ("Hydrogen sulfide (H<sub>2</sub>S)", "Hydrogen sulfide (H2S)"),
        ("10<sup>5</sup> cells, 10<jats:sup>−3</jats:sup> M", "10⁵ cells, 10⁻³ M"),
        ("the 5<sup>th</sup> of May", "the 5th of May"),
        ("R&amp;D &amp;amp; p&amp;lt;0.05", "R&D & p<0.05"),
        ("a<b and c>d, p < 0.05", "a<b and c>d, p < 0.05"),
        ("<i>E. coli</i> O157", "E. coli O157"),
        ("soft\u00adhyphen e\u0301", "softhyphen é"),
        ("<mml:math><mml:mi>x</mml:mi><mml:annotation>x_1</mml:annotation></mml:math> is", "x is"),
        ("", ""),
    ],
)
def test_words_without_markup(markup: str, words: str) -> None:
    assert plain(markup) == words


def test_jats_sections_become_headings() -> None:
    markup = (
        "<jats:title>ABSTRACT</jats:title><jats:sec><jats:title>Aim:</jats:title>"
        "<jats:p>To see.</jats:p></jats:sec><jats:sec><jats:title>Results</jats:title>"
        "<jats:p>We saw.</jats:p><jats:list><jats:list-item><jats:label>1.</jats:label>"
        "<jats:p>Well.</jats:p></jats:list-item></jats:list></jats:sec>"
    )
    assert paragraphs(markup) == [
        Paragraph("Aim", "To see."),
        Paragraph("Results", "We saw."),
        Paragraph("Results", "Well."),
    ]


def test_html_headings_of_europe_pmc() -> None:
    markup = "<h4>Background</h4>H<sub>2</sub>S kills.<h4>Methods</h4>We tried.<h4>End</h4>"
    assert paragraphs(markup) == [
        Paragraph("Background", "H2S kills."),
        Paragraph("Methods", "We tried."),
    ]


def test_an_abstract_becomes_a_document() -> None:
    document = abstract(f"<h4>Aim</h4>{LONG}<h4>Result</h4>It is safe.", "Title")
    assert document is not None
    passages = document.passages()
    assert [(p.section, p.text) for p in passages] == [
        (("Abstract", "Aim"), LONG),
        (("Abstract", "Result"), "It is safe."),
    ]
    assert all(document.text[p.start : p.end] == p.text for p in passages)
    assert document.language == "en"


@pytest.mark.parametrize("text", [None, "", "No abstract available.", "<p> </p>"])
def test_a_note_is_no_abstract(text: str | None) -> None:
    assert abstract(text, "Title") is None


def test_an_abstract_says_its_language() -> None:
    korean = abstract("이 연구는 유전자 편집 식품의 안전성 평가를 다룬다. " * 3, "제목")
    assert korean is not None
    assert korean.language == "ko"
