"""The analyst without a model: a team from themes, findings from sentences, a draft from both."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from tests.unit.analysts.extractive.conftest import Inquire
from virtual_lab.analysts.analyst import Assignment, Inquiry, Review, TeamState
from virtual_lab.analysts.extractive import ExtractiveAnalyst
from virtual_lab.domain import Draft, Finding, Plan, Specialist

TOPIC = "Which genotoxicity tests are required for a novel food?"
ANALYST = ExtractiveAnalyst()


def plan(inquiry: Inquiry) -> Plan:
    return asyncio.run(ANALYST.plan(inquiry))


def analyse(inquiry: Inquiry) -> list[Finding]:
    """All findings of one specialist who sees the whole survey."""
    alone = Specialist(id="s1", role="All", focus="all")
    made = Plan(specialists=(alone,))
    work = asyncio.run(ANALYST.analyse(Assignment(inquiry, made, alone, 1, inquiry.survey)))
    return list(work.findings)


def compose(inquiry: Inquiry, findings: Sequence[Finding]) -> Draft:
    return asyncio.run(ANALYST.synthesise(TeamState(inquiry, plan(inquiry), 1, findings)))


def test_the_team_follows_the_themes(inquire: Inquire) -> None:
    made = plan(inquire(TOPIC))
    assert 2 <= len(made.specialists) <= 5
    assert {"Guidance on novel foods", "Statement on insects"} <= {
        s.focus for s in made.specialists
    }
    assert len({s.id for s in made.specialists}) == len(made.specialists)
    assert made.why


def test_the_team_has_the_size_that_was_asked_for(inquire: Inquire) -> None:
    assert len(plan(inquire(TOPIC, specialists=2)).specialists) == 2


def test_nothing_found_is_a_team_that_says_so(inquire: Inquire) -> None:
    made = plan(inquire("xylophone"))
    assert "Nothing in the library matches" in made.why


def test_findings_are_sentences_word_for_word(inquire: Inquire) -> None:
    inquiry = inquire(TOPIC)
    found = analyse(inquiry)
    assert found
    for finding in found:
        for quote in finding.quotes:
            text = inquiry.retriever.index.text(quote.source_id)
            assert text[quote.start : quote.end] == quote.text
        assert finding.claim == finding.quotes[0].text
        assert 0 < finding.relevance <= 1


def test_the_same_sentence_of_two_sources_is_one_finding_with_two_quotes(inquire: Inquire) -> None:
    found = [finding for finding in analyse(inquire(TOPIC)) if "two in vitro" in finding.claim]
    assert [len({quote.source_id for quote in finding.quotes}) for finding in found] == [2]


def test_a_sentence_off_the_question_is_not_chosen(inquire: Inquire) -> None:
    claims = " ".join(finding.claim for finding in analyse(inquire(TOPIC)))
    assert "budget" not in claims
    assert "reared" not in claims


def test_a_korean_question_is_answered_from_english_sources(inquire: Inquire) -> None:
    found = analyse(inquire("신규식품 유전독성 시험", "ko"))
    assert any("genotoxicity" in finding.claim for finding in found)


def test_a_question_of_which_the_library_knows_nothing_gets_no_finding(inquire: Inquire) -> None:
    assert analyse(inquire("Which orchestra plays Beethoven symphonies?")) == []


def test_the_draft_holds_every_finding_once(inquire: Inquire) -> None:
    inquiry = inquire(TOPIC)
    found = analyse(inquiry)
    draft = compose(inquiry, [*found, *found])
    ids = [finding.id for section in draft.sections for finding in section.findings]
    assert sorted(ids) == sorted({finding.id for finding in found})
    assert set(draft.strongest) <= set(ids)
    assert all(section.title for section in draft.sections)


def test_figures_that_differ_between_sources_are_pointed_out(inquire: Inquire) -> None:
    """One source's 60 days do not confirm the other's 90 days."""
    inquiry = inquire("When must a positive in vitro result be followed by an in vivo test?")
    found = analyse(inquiry)
    days = [finding for finding in found if "within" in finding.claim]
    assert len(days) == 2
    assert all(len(finding.quotes) == 1 for finding in days)
    (disagreement,) = compose(inquiry, found).disagreements
    assert disagreement.kind == "numbers"
    assert {"60 days", "90 days"} == set(disagreement.about.split(" / "))


def test_a_denial_confirms_nothing_and_is_pointed_out(inquire: Inquire) -> None:
    more = {
        "other": "# Other\n\nThe allergenicity of the novel food must not be assessed from its"
        " protein content and sequence."
    }
    inquiry = inquire("How must the allergenicity of a novel food be assessed?", more=more)
    found = [f for f in analyse(inquiry) if "protein content" in f.claim]
    assert [len(finding.quotes) for finding in found] == [1, 1]
    draft = compose(inquiry, found)
    assert sum(len(section.findings) for section in draft.sections) == 2
    assert [disagreement.kind for disagreement in draft.disagreements] == ["negation"]


def test_two_matters_of_one_law_are_no_disagreement(inquire: Inquire) -> None:
    law = "The LMO Act as amended in October 2025 (Act No. 21065)"
    more = {
        "exempt": f"# Exemptions\n\n{law} contains no exemption for plants from genome editing.",
        "agency": f"# Agencies\n\n{law} names the ministry of trade as national authority.",
    }
    inquiry = inquire("What does the LMO Act contain and name?", more=more)
    found = analyse(inquiry)
    assert sum("21065" in finding.claim for finding in found) == 2
    assert compose(inquiry, found).disagreements == ()


def test_what_the_sources_do_not_say_is_named_as_missing(inquire: Inquire) -> None:
    inquiry = inquire("Which genotoxicity tests are required for kangaroo meat?")
    missing = " ".join(compose(inquiry, analyse(inquiry)).missing)
    assert "kangaroo" in missing


@pytest.mark.parametrize("language", ["en", "ko"])
def test_who_asks_for_what_no_source_names_is_told_before_the_answer(
    inquire: Inquire, language: str
) -> None:
    inquiry = inquire("Which genotoxicity tests show off-target effects of CRISPR?", language)
    found = analyse(inquire(TOPIC))
    caveat = compose(inquiry, found).caveat
    assert "“off-target effects”" in caveat
    assert "“CRISPR”" in caveat
    assert "genotoxicity" not in caveat


@pytest.mark.parametrize(
    "topic", [TOPIC, "Which genotoxicity tests would actually astonish applicants?"]
)
def test_an_everyday_word_that_no_source_uses_needs_no_caveat(inquire: Inquire, topic: str) -> None:
    assert compose(inquire(topic), analyse(inquire(TOPIC))).caveat == ""


def test_the_short_answer_speaks_of_all_that_was_asked_before_it_says_more(
    inquire: Inquire,
) -> None:
    inquiry = inquire("Which genotoxicity tests and which allergenicity data are required?")
    found = [
        finding.model_copy(update={"relevance": 0.9 if "allergenicity" in finding.claim else 1.0})
        for finding in analyse(inquiry)
    ]
    claims = {finding.id: finding.claim for finding in found}
    first = [claims[key] for key in compose(inquiry, found).strongest]
    assert sum("genotoxicity" in claim for claim in claims.values()) > 1
    assert sum("allergenicity" in claim for claim in first[:2]) == 1


def test_without_findings_all_of_it_is_missing(inquire: Inquire) -> None:
    draft = compose(inquire("xylophone"), [])
    assert len(draft.missing) == 1
    assert "add documents" in draft.missing[0]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_critic_scores_what_was_found_and_says_why(inquire: Inquire, language: str) -> None:
    inquiry = inquire(TOPIC, language)
    someone = Specialist(id="s1", role="All", focus="all")
    found = analyse(inquiry)
    verdicts = [
        asyncio.run(ANALYST.critique([Review(inquiry, someone, 1, findings, len(findings))]))[0]
        for findings in ([], found[:1], found)
    ]
    scores = [verdict.score for verdict in verdicts]
    assert scores[0] == 1
    assert all(1 < score <= 5 for score in scores[1:])
    for verdict in verdicts:
        assert verdict.improved
        assert verdict.remaining
        assert verdict.needed


def test_the_critic_names_what_is_not_covered(inquire: Inquire) -> None:
    inquiry = inquire("genotoxicity and allergenicity")
    someone = Specialist(id="s1", role="All", focus="all")
    only = [f for f in analyse(inquire("genotoxicity tests")) if "llergen" not in f.claim]
    (verdict,) = asyncio.run(ANALYST.critique([Review(inquiry, someone, 1, only, len(only))]))
    assert len(verdict.search_for) == 1
    assert "allergen" in verdict.search_for[0]
    assert verdict.search_for[0] in verdict.remaining
