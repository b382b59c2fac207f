"""What the team has so far, and how a checkpoint keeps it."""

from __future__ import annotations

from virtual_lab.domain import (
    Analysis,
    Critique,
    Dropped,
    Finding,
    Question,
    Quote,
)
from virtual_lab.lab.state import (
    State,
    analysis_of,
    critique_of,
    findings,
    rejected,
    serializer,
    total_steps,
)

QUOTE = Quote(text="words", source_id="s", passage_id="s:0", start=0, end=5)


def finding(key: str) -> Finding:
    return Finding(id=key, claim=f"claim {key}", quotes=(QUOTE,))


STATE: State = {
    "question": Question(topic="x"),
    "language": "en",
    "round": 2,
    "analyses": [
        Analysis(specialist="s1", round=1, findings=(finding("a"),)),
        Analysis(specialist="s2", round=1, findings=(finding("b"),)),
        Analysis(
            specialist="s1",
            round=2,
            findings=(finding("a"), finding("c")),
            rejected=(
                Dropped(claim="not proven", reason="r"),
                Dropped(claim="claim c", reason="mended since"),
            ),
        ),
    ],
    "critiques": [
        Critique(specialist="s1", round=1, score=2, unsupported=("a",)),
        Critique(specialist="s2", round=1, score=2, unsupported=("b",)),
        Critique(specialist="s1", round=2, score=3),
    ],
}


def test_the_last_analysis_of_each_counts() -> None:
    assert [f.id for f in findings(STATE)] == ["a", "c"]  # of b the critic says it is not carried


def test_what_fell_is_told_once_with_its_reason() -> None:
    assert {dropped.claim: dropped.reason for dropped in rejected(STATE)} == {
        "not proven": "r",
        "claim b": "the critic finds that its quotes do not carry it",
    }


def test_rounds_are_looked_up_by_their_number() -> None:
    first = analysis_of(STATE, "s1", 1)
    assert first
    assert len(first.findings) == 1
    assert analysis_of(STATE, "s1", 3) is None
    verdict = critique_of(STATE, "s1", 2)
    assert verdict
    assert verdict.score == 3
    assert critique_of(STATE, "s3", 1) is None


def test_a_checkpoint_gives_back_what_it_was_given() -> None:
    kind, data = serializer().dumps_typed(STATE)
    assert serializer().loads_typed((kind, data)) == STATE


def test_steps_count_the_whole_way() -> None:
    assert [total_steps(rounds) for rounds in (1, 3, 5)] == [5, 9, 13]
