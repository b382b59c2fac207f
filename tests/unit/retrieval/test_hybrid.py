"""What words and meaning find becomes the candidates of one ranking."""

from __future__ import annotations

import pytest

from virtual_lab.domain import Passage
from virtual_lab.library.index import Hit
from virtual_lab.retrieval.hybrid import NO_MATCHES, VectorMatches, merge_candidates, similarities


def hit(name: str, score: float) -> Hit:
    text = f"text of {name}"
    return Hit(
        Passage(id=name, source_id=name, text=text, start=0, end=len(text), language="en"), score
    )


def test_the_near_stand_behind_what_words_found() -> None:
    hits = merge_candidates(
        [hit("a", 9.0), hit("b", 4.0)], VectorMatches([hit("c", 3.1), hit("d", 2.9)])
    )
    assert [(hit.passage.id, hit.score) for hit in hits] == [
        ("a", 9.0),
        ("b", 4.0),
        ("c", 4.0),
        ("d", 4.0),
    ]


def test_where_no_word_is_found_the_near_are_the_candidates() -> None:
    assert [hit.score for hit in merge_candidates([], VectorMatches([hit("c", 3.1)]))] == [1.0]
    assert merge_candidates([], NO_MATCHES) == []


def test_a_passage_without_a_vector_is_as_near_as_the_others_on_the_average() -> None:
    near = VectorMatches([hit("c", 4.0)], {"a": 1.0, "c": 4.0})
    assert similarities([hit("a", 9.0), hit("b", 4.0), hit("c", 4.0)], near) == pytest.approx(
        [1.0, 2.5, 4.0]
    )
    assert similarities([hit("a", 9.0)], NO_MATCHES) == [0.0]
