"""Two rankings become one."""

from __future__ import annotations

import pytest

from virtual_lab.domain import Passage
from virtual_lab.evidence.document_index import Hit
from virtual_lab.evidence.fusion import fused


def hit(name: str, score: float) -> Hit:
    text = f"text of {name}"
    return Hit(
        Passage(id=f"{name}:0", source_id=name, text=text, start=0, end=len(text), language="en"),
        score,
    )


def names(hits: list[Hit]) -> str:
    return "".join(hit.passage.source_id for hit in hits)


def test_who_stands_high_in_both_comes_first() -> None:
    by_words = [hit("a", 1.0), hit("b", 0.9), hit("c", 0.2)]
    by_meaning = [hit("d", 0.8), hit("b", 0.7), hit("c", 0.6)]
    assert names(fused(by_words, by_meaning)) == "bcad"


def test_ranks_count_and_scores_do_not() -> None:
    by_words = [hit("a", 1000.0), hit("b", 0.001)]
    assert names(fused(by_words, [hit("b", 0.9), hit("a", 0.1)])) == "ab"
    assert names(fused(by_words, [hit("b", 0.9), hit("c", 0.8), hit("a", 0.1)])) == "bac"


def test_scores_keep_the_spread_of_the_ranking_by_words() -> None:
    by_words = [hit("a", 1.0), hit("b", 0.4), hit("c", 0.1)]
    scores = [h.score for h in fused(by_words, [hit("c", 0.9), hit("d", 0.8), hit("e", 0.7)])]
    assert scores[:3] == [1.0, 0.4, 0.1]
    assert 0.1 >= scores[3] > scores[4] > 0.05  # two passages stand second


def test_the_order_of_hits_by_words_is_that_of_their_scores() -> None:
    by_words = [hit("b", 0.4), hit("a", 1.0)]
    assert names(fused(by_words, [])) == "ab"


def test_where_no_word_is_found_meaning_alone_ranks() -> None:
    hits = fused([], [hit("a", 0.9), hit("b", 0.8)])
    assert names(hits) == "ab"
    assert [h.score for h in hits] == pytest.approx([1.0, 61 / 62])
