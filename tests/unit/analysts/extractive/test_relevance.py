"""How far statements answer a question, measured against the best of a small library."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.analysts.extractive.conftest import Inquire
from virtual_lab.analysts.analyst import Inquiry
from virtual_lab.analysts.extractive.relevance import RelevanceScorer, similarity, weighted_mean

TOPIC = "Which genotoxicity tests are required for a novel food?"


def relevance_of(inquiry: Inquiry, words: str) -> float:
    """The relevance of the statement of the library that holds these words."""
    every = RelevanceScorer(inquiry).candidates(inquiry.survey)
    return max(c.relevance for c in every if words in c.statement.text)


def test_the_statement_that_answers_stands_first(inquire: Inquire) -> None:
    inquiry = inquire(TOPIC)
    every = RelevanceScorer(inquiry).candidates(inquiry.survey)
    best = max(every, key=lambda candidate: candidate.relevance)
    assert "two in vitro genotoxicity tests" in best.statement.text
    assert RelevanceScorer(inquiry).best == best.relevance
    assert best.direct > 0.5


def test_what_stands_under_the_heading_counts_more_than_what_does_not(inquire: Inquire) -> None:
    inquiry = inquire(TOPIC)
    assert relevance_of(inquiry, "two in vitro") > relevance_of(inquiry, "in vivo genotoxicity")


def test_the_language_of_the_report_goes_first(inquire: Inquire) -> None:
    topic = "신규식품 유전독성 시험"
    assert relevance_of(inquire(topic, "en"), "two in vitro") > relevance_of(
        inquire(topic, "ko"), "two in vitro"
    )


def test_who_is_only_cited_is_not_spoken_of(inquire: Inquire) -> None:
    more = {
        "cited": "Insects need genotoxicity tests in most cases (EFSA Scientific Committee, 2011b)."
        "\n\nInsects need genotoxicity tests in most cases, as the EFSA panel has advised."
    }
    inquiry = inquire("Which genotoxicity tests does EFSA require?", more=more)
    every = RelevanceScorer(inquiry).candidates(inquiry.survey)
    direct = {
        words: next(c.direct for c in every if words in c.statement.text)
        for words in ("(EFSA", "EFSA panel")
    }
    assert direct["(EFSA"] < direct["EFSA panel"]


def test_what_holds_only_the_frame_of_the_question_is_no_candidate(inquire: Inquire) -> None:
    more = {"office": "The applicants keep the documents in the office until they move."}
    inquiry = inquire("What data must applicants provide on allergenicity?", more=more)
    every = RelevanceScorer(inquiry).candidates(inquiry.survey)
    assert any(hit.passage.text.startswith("The applicants keep") for hit in inquiry.survey)
    assert not any("the office" in candidate.statement.text for candidate in every)


def test_what_only_the_query_of_a_theme_finds_counts_less(inquire: Inquire) -> None:
    inquiry = inquire(TOPIC)
    hits = [hit._replace(score=1.0) for hit in inquiry.survey[:1]]
    other = RelevanceScorer(replace(inquiry, survey=inquiry.survey[1:])).candidates(hits)
    assert max(candidate.passage_score for candidate in other) < 1.0


@pytest.mark.parametrize(
    ("topic", "answerable"),
    [
        (TOPIC, True),
        ("Which orchestra plays Beethoven symphonies?", False),
        ("What is the budget of the Bolshoi theatre in Moscow for costumes?", False),
    ],
)
def test_a_library_that_does_not_speak_of_it_is_told_from_one_that_does(
    inquire: Inquire, topic: str, answerable: bool
) -> None:
    assert RelevanceScorer(inquire(topic)).answerable is answerable


def test_shares_are_weighted() -> None:
    assert weighted_mean([3.0, 1.0], [1.0, 0.0]) == pytest.approx(0.75)
    assert weighted_mean([], []) == 0.0
    assert similarity(frozenset("abc"), frozenset("abc")) == 1.0
    assert similarity(frozenset("abc"), frozenset("xyz")) == 0.0
