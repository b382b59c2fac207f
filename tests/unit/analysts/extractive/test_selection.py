"""Which statements become findings."""

from __future__ import annotations

from tests.unit.analysts.extractive.conftest import Inquire
from virtual_lab.analysts.analyst import Inquiry
from virtual_lab.analysts.extractive.relevance import Candidate, RelevanceScorer
from virtual_lab.analysts.extractive.selection import MAX_FINDINGS, select

TOPIC = "Which genotoxicity tests are required for a novel food?"


def candidates(inquiry: Inquiry) -> list[Candidate]:
    return RelevanceScorer(inquiry).candidates(inquiry.survey)


def test_an_equal_statement_of_another_source_confirms_and_adds_no_finding(
    inquire: Inquire,
) -> None:
    found = select(candidates(inquire(TOPIC)), [], "s1", 1)
    twins = [finding for finding in found if "two in vitro" in finding.claim]
    assert [len(finding.quotes) for finding in twins] == [2]


def test_another_figure_does_not_confirm(inquire: Inquire) -> None:
    found = select(candidates(inquire(TOPIC)), [], "s1", 1)
    assert sorted(f.claim.split()[-2] for f in found if "within" in f.claim) == ["60", "90"]


def test_earlier_findings_stay_and_are_not_found_again(inquire: Inquire) -> None:
    pool = candidates(inquire(TOPIC))
    first = select(pool, [], "s1", 1)
    again = select(pool, first[:2], "s1", 2)
    assert again[:2] == first[:2]
    assert len({finding.id for finding in again}) == len(again)
    assert {finding.round for finding in again[2:]} == {2}


def test_no_more_are_taken_than_a_reader_reads(inquire: Inquire) -> None:
    pool = candidates(inquire(TOPIC))
    renamed = [
        candidate._replace(
            tokens=frozenset({f"word{number}"}),
            passage=candidate.passage.model_copy(update={"id": f"p{number}"}),
        )
        for number, candidate in enumerate(pool * 4)
    ]
    assert len(select(renamed, [], "s1", 1)) == MAX_FINDINGS
