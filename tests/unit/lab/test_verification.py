"""What does not stand is taken out of a draft, and counted."""

from __future__ import annotations

from virtual_lab.domain import Draft, Finding, Passage, Quote, Section, Sentence
from virtual_lab.errors import NotFoundError
from virtual_lab.lab.verification import check_draft

TEXT = "Applicants must provide two tests."
PASSAGE = Passage(id="s:0", source_id="s", text=TEXT, start=0, end=len(TEXT))


def passage_of(key: str) -> Passage:
    if key != PASSAGE.id:
        raise NotFoundError(key)
    return PASSAGE


def finding(key: str, words: str, passage: str = "s:0") -> Finding:
    quote = Quote(text=words, source_id="s", passage_id=passage, start=0, end=len(words))
    return Finding(id=key, claim=words, quotes=(quote,))


GOOD, FALSE, LOST = finding("f1", TEXT), finding("f2", "None at all."), finding("f3", TEXT, "s:9")


def test_findings_stand_or_fall_by_their_quotes() -> None:
    draft = Draft(
        title="t",
        sections=(
            Section(title="One", findings=(GOOD, FALSE)),
            Section(title="Two", findings=(LOST,)),
        ),
    )
    checked = check_draft(draft, "extractive", "en", passage_of)
    one, two = checked.draft.sections
    assert (one.findings, one.note) == ((GOOD,), "")
    assert (two.findings, two.note) == (
        (),
        "No evidence for this section was found in the sources.",
    )
    assert checked.verified == 1
    assert [dropped.claim for dropped in checked.dropped] == ["None at all.", TEXT]
    assert all(dropped.reason for dropped in checked.dropped)


def test_written_sentences_rest_on_findings_that_stand() -> None:
    sentences = (
        Sentence(text="Applicants must provide two tests.", finding_ids=("f1",)),
        Sentence(text="Applicants must provide two tests.", finding_ids=("f2",)),
        Sentence(text="Applicants must provide 17 tests.", finding_ids=("f1",)),
        Sentence(text="Applicants must provide two tests.", finding_ids=()),
    )
    draft = Draft(
        title="t",
        sections=(Section(title="One", findings=(GOOD, FALSE), sentences=sentences),),
        abstract=sentences[:2],
    )
    checked = check_draft(draft, "model", "en", passage_of)
    assert checked.draft.sections[0].sentences == sentences[:1]
    assert checked.draft.abstract == sentences[:1]
    assert checked.verified == 1 + 1 + 1
    assert len(checked.dropped) == 1 + 3 + 1
