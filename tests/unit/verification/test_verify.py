"""Code decides whether a quote stands: its words, in the passage that it names."""

from __future__ import annotations

import pytest

from virtual_lab.documents.quotable import ELLIPSIS
from virtual_lab.domain import Finding, Passage, Quote
from virtual_lab.errors import NotFoundError
from virtual_lab.messages import say_all
from virtual_lab.verification.verify import normalise, reject, settled, stands_in

TEXT = "The applicant should not use “old” data – at most 0.9 % of the novel food was tested."
PASSAGE = Passage(id="s1:10", source_id="s1", text=TEXT, start=10, end=10 + len(TEXT))


def passage_of(passage_id: str) -> Passage:
    if passage_id != PASSAGE.id:
        raise NotFoundError(passage_id)
    return PASSAGE


def quote(text: str, passage_id: str = PASSAGE.id, source_id: str = "s1") -> Quote:
    start = 10 + max(0, TEXT.find(text))
    return Quote(
        text=text, source_id=source_id, passage_id=passage_id, start=start, end=start + len(text)
    )


def finding(claim: str, *quotes: Quote) -> Finding:
    return Finding(id="f1", claim=claim, quotes=quotes)


@pytest.mark.parametrize(
    "words",
    [
        TEXT,
        'not use "old" data',  # other quotation marks
        "data - at most 0.9 % of",  # another dash
        "at most\n0.9\u00a0% of",  # other spaces
        "the nov- el food",  # a hyphenated line end
        "the no\u00advel food",  # a soft hyphen
        "ｎｏｖｅｌ food",  # another form of the same letters
    ],
)
def test_the_same_words_stand_however_they_are_set(words: str) -> None:
    assert stands_in(quote(words), PASSAGE)


@pytest.mark.parametrize(
    "words",
    [
        "The applicant should use “old” data",  # a negation lost
        "at most 0.8 % of the novel food",  # another number
        "the novel foods were tested",  # another word
        "data … of the novel food",  # something left out
        "",
        "  ",
    ],
)
def test_other_words_do_not_stand(words: str) -> None:
    assert not stands_in(quote(words), PASSAGE)


def test_normalising_twice_changes_nothing_more() -> None:
    assert normalise(normalise(TEXT)) == normalise(TEXT)


def test_a_finding_of_verbatim_words_stands() -> None:
    assert reject(finding(TEXT, quote(TEXT)), passage_of) == ()
    first, second = quote("The applicant"), quote("was tested.")
    assert reject(finding(f"The applicant{ELLIPSIS}was tested.", first, second), passage_of) == ()


def test_a_quote_with_a_slip_is_kept_in_the_words_of_the_source() -> None:
    near = finding(TEXT, quote('The aplicant should not use "old" data'))
    [kept] = settled(near, passage_of).quotes
    assert kept.text == "The applicant should not use “old” data"
    assert TEXT[kept.start - PASSAGE.start : kept.end - PASSAGE.start] == kept.text


@pytest.mark.parametrize("given", [quote(TEXT), quote("At most 5 %"), quote(TEXT, "s1:99")])
def test_other_quotes_are_left_as_they_are(given: Quote) -> None:
    assert settled(finding(TEXT, given), passage_of).quotes == (given,)


@pytest.mark.parametrize(
    ("rejected", "reason"),
    [
        (finding(TEXT), "no quote"),
        (finding(TEXT, quote("At most 5 %")), "does not stand in s1:10"),
        (finding(TEXT, quote(TEXT, passage_id="s1:99")), "s1:99 does not exist"),
        (finding(TEXT, quote(TEXT, source_id="s2")), "not of source s2"),
        (finding("All novel food was tested.", quote(TEXT)), "not carried by its quotes"),
        (finding(TEXT, quote(TEXT), quote("At most 5 %")), "does not stand"),
    ],
)
def test_a_finding_without_evidence_is_rejected_with_the_reason(
    rejected: Finding, reason: str
) -> None:
    assert reason in say_all(reject(rejected, passage_of))
