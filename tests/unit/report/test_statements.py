"""Statements, their notes and their places."""

from __future__ import annotations

from virtual_lab.domain import Locator, Report
from virtual_lab.report.citing import citation_labels
from virtual_lab.report.statements import ReportStatements


def _statements(report: Report) -> ReportStatements:
    return ReportStatements(report, citation_labels(report.references))


def test_a_statement_that_is_its_quote_does_not_repeat_it(korean_report: Report) -> None:
    ((statement,),) = _statements(korean_report).listed
    assert statement.verbatim
    assert [note.quotes for note in statement.notes] == [()]


def test_a_translated_quote_is_shown_even_so(korean_report: Report) -> None:
    finding = korean_report.sections[0].findings[0]
    quotes = (finding.quotes[0].model_copy(update={"translation": "Strictly."}),)
    section = korean_report.sections[0].model_copy(
        update={"findings": (finding.model_copy(update={"quotes": quotes}),)}
    )
    report = korean_report.model_copy(update={"sections": (section,)})
    ((statement,),) = _statements(report).listed
    assert statement.notes[0].quotes[0].translation == "Strictly."


def test_quotes_of_one_place_share_a_note(english_report: Report) -> None:
    finding = english_report.sections[0].findings[0]
    first, second = finding.quotes
    second = second.model_copy(update={"locator": Locator(page=36, section="Elsewhere")})
    section = english_report.sections[0].model_copy(
        update={"findings": (finding.model_copy(update={"quotes": (first, second, first)}),)}
    )
    report = english_report.model_copy(update={"sections": (section,)})
    ((statement,),) = _statements(report).listed
    (note,) = statement.notes
    assert [quote.words for quote in note.quotes] == [first.text, second.text]


def test_a_recalled_finding_leads_to_the_sentence_that_rests_on_it(written_report: Report) -> None:
    statements = _statements(written_report)
    sentence, other = statements.written[0]
    assert statements.listed[0] == ()
    assert other.notes == ()
    assert statements.recall("f1").anchor == statements.recall("f2").anchor == sentence.anchor
    assert statements.abstract[0].anchor == sentence.anchor
    assert statements.recall("f3").anchor == statements.listed[1][0].anchor


def test_a_finding_in_two_sections_has_two_places(english_report: Report) -> None:
    section = english_report.sections[1]
    report = english_report.model_copy(update={"sections": (section, section)})
    (first,), (second,) = _statements(report).listed
    assert first.anchor != second.anchor
    assert _statements(report).recall("f3").anchor == first.anchor


def test_a_long_title_is_cut_in_a_note(english_report: Report) -> None:
    guidance, judgment = english_report.references
    for title in ("word " * 40, "가" * 200):
        long = guidance.model_copy(update={"title": title})
        report = english_report.model_copy(update={"references": (long, judgment)})
        source = _statements(report).listed[0][0].notes[0].source
        assert source.endswith("…, e8961")
        assert 75 < len(source) < 90
