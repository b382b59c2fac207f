"""The score of a specialist's work: what it covers, from how many sources, how repetitively."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.unit.analysts.extractive.conftest import Inquire
from virtual_lab.analysts.analyst import Inquiry, Review
from virtual_lab.analysts.extractive.critic import review_work
from virtual_lab.domain import Critique, Finding, Locator, Quote, Specialist

TOPIC = "Which genotoxicity tests are required for a novel food from insects?"
SENTENCES = [
    "Applicants must provide two in vitro genotoxicity tests for every novel food from insects.",
    "A positive in vitro result must be followed by an in vivo genotoxicity test.",
    "The allergenicity of the novel food must be assessed from its protein sequence.",
    "Bacteria and mammalian cells are both exposed to the material.",
    "Insects are fed on plants, and the feed is described by the firm.",
]


def findings(inquiry: Inquiry, count: int, sentences: Sequence[str] = SENTENCES) -> list[Finding]:
    """A finding for each sentence, from so many sources in turn."""
    found = []
    sources = [source.id for source in inquiry.retriever.index.sources("default")[:count]]
    for number, sentence in enumerate(sentences):
        source = sources[number % len(sources)]
        quote = Quote(text=sentence, source_id=source, passage_id="p", start=0, end=len(sentence))
        found.append(Finding(id=f"f{number}", claim=sentence, quotes=(quote,)))
    return found


def review(inquiry: Inquiry, found: Sequence[Finding], **more: object) -> Critique:
    options: dict[str, object] = {"round": 1, "new_findings": len(found), **more}
    specialist = Specialist(id="s1", role="All", focus="all")
    return review_work(Review(inquiry, specialist, findings=found, **options))  # type: ignore[arg-type]


def test_all_of_the_question_from_several_sources_is_a_five(inquire: Inquire) -> None:
    inquiry = inquire(TOPIC)
    verdict = review(inquiry, findings(inquiry, 2))
    assert (verdict.score, verdict.remaining, verdict.needed) == (5, "Nothing.", "Nothing further.")
    assert verdict.search_for == ()


def test_one_source_alone_gets_no_five_and_is_told_so(inquire: Inquire) -> None:
    inquiry = inquire(TOPIC)
    verdict = review(inquiry, findings(inquiry, 1))
    assert verdict.score == 4
    assert "one source" in verdict.remaining
    assert "independent source" in verdict.needed


def test_no_findings_are_a_one_and_everything_is_searched_for(inquire: Inquire) -> None:
    verdict = review(inquire(TOPIC), [])
    assert verdict.score == 1
    assert "genotoxicity" in " ".join(verdict.search_for)


def test_repetition_takes_a_point(inquire: Inquire) -> None:
    inquiry = inquire(TOPIC)
    sentences = [f"{SENTENCES[0][:-1]} {word}." for word in ("now", "then", "soon", "here", "too")]
    same = review(inquiry, findings(inquiry, 2, sentences))
    assert "repeat each other" in same.remaining
    assert same.score < review(inquiry, findings(inquiry, 2)).score


def test_a_later_round_is_told_what_has_grown(inquire: Inquire) -> None:
    inquiry = inquire(TOPIC)
    found = findings(inquiry, 2)
    first = review(inquiry, found[2:3])
    grown = review(inquiry, found, round=2, previous=first, previous_findings=found[2:3])
    assert grown.improved.startswith("New findings since the last round: 5;")
    assert "100 % now" in grown.improved
    still = review(inquiry, found, round=3, previous=grown, new_findings=0)
    assert still.improved == "Nothing new since the last round."


def test_what_heading_or_title_says_is_not_asked_for_again(inquire: Inquire) -> None:
    inquiry = inquire("What does the statement on insects say of toxicology?")
    titled = {source.title: source.id for source in inquiry.retriever.index.sources("default")}
    locator = Locator(section="Toxicology")
    (found,) = findings(inquiry, 1, SENTENCES[3:4])
    assert review(inquiry, [found]).search_for
    update = {"source_id": titled["Statement on insects"], "locator": locator}
    quote = found.quotes[0].model_copy(update=update)
    verdict = review(inquiry, [found.model_copy(update={"quotes": (quote,)})])
    assert verdict.search_for == ()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_term_with_an_ending_is_not_named_twice(inquire: Inquire, language: str) -> None:
    inquiry = inquire("식품위생법상 영업정지는 식품위생법 위반인가?", language)
    terms = review(inquiry, []).search_for
    assert not [t for t in terms for other in terms if t != other and t[:-1] == other]
