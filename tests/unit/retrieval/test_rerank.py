"""Candidates are put in order by more than the frequency of their words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from virtual_lab.domain import Passage, Source
from virtual_lab.library.index import Hit, Scope
from virtual_lab.library.sqlite.index import Index
from virtual_lab.retrieval import rerank
from virtual_lab.retrieval.features import Features, features, weigh_query
from virtual_lab.retrieval.hybrid import VectorMatches, merge_candidates
from virtual_lab.retrieval.rerank import DEPTH

FILLING = " ".join(f"Filling sentence {n} on {n} other matters." for n in range(8))


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    opened = Index(tmp_path / "library.sqlite3")
    yield opened
    opened.close()


def add(index: Index, name: str, text: str, title: str = "", section: Sequence[str] = ()) -> None:
    source = Source(id=name, title=title)
    passage = Passage(
        id=f"{name}:0", source_id=name, text=text, start=0, end=len(text), section=tuple(section)
    )
    index.add_source(source, text, [passage], "a")


def found(index: Index, words: str) -> dict[str, Features]:
    hits = index.search(words, limit=DEPTH)
    asked, named = weigh_query(Scope(index), words), rerank.titles(index, hits)
    every = features(asked, hits, named, [0.0] * len(hits))
    return {hit.passage.source_id: each for hit, each in zip(hits, every, strict=True)}


@pytest.mark.parametrize(
    ("feature", "better", "worse"),
    [
        ("text", "The toxin binds receptors and the toxin kills.", "The toxin is named."),
        ("pairs", "The toxin binding receptor is known.", "A receptor is bound by a toxin."),
        (
            "triples",
            "The toxin binding receptor acts.",
            "The toxin binding membrane receptor acts.",
        ),
        (
            "proximity",
            f"{FILLING} The toxin has its receptor here.",
            f"The toxin is here. {FILLING} The receptor is there.",
        ),
        ("brevity", "The toxin acts.", f"The toxin acts. {FILLING}"),
        ("rarest", "The receptor acts.", "The toxin acts."),
    ],
)
def test_a_feature_prefers_what_it_names(
    index: Index, feature: str, better: str, worse: str
) -> None:
    add(index, "better", better)
    add(index, "worse", worse)
    add(index, "third", "A toxin of another kind is nowhere bound.")
    for n in range(9):
        add(index, f"other {n}", f"The budget of year {n} was spent.")
    read = found(index, "toxin binding receptor")
    assert getattr(read["better"], feature) > getattr(read["worse"], feature)


def test_title_and_headings_count_apart_from_the_text(index: Index) -> None:
    add(index, "titled", "It is bound by the toxin.", title="The receptor")
    add(index, "headed", "It is bound by the toxin.", section=("Receptors",))
    add(index, "bare", "It is bound by the toxin.")
    for n in range(5):
        add(index, f"other {n}", f"The budget of year {n} was spent.")
    read = found(index, "toxin receptor")
    assert read["titled"].title > 0 == read["bare"].title
    assert read["headed"].headings > 0 == read["bare"].headings


def test_a_passage_counts_for_what_stands_close_by_in_its_source(index: Index) -> None:
    texts = ["The toxin binding receptor acts.", "A toxin.", FILLING * 20, "One toxin."]
    starts = [sum(map(len, texts[:n])) for n in range(len(texts))]
    passages = [
        Passage(id=f"whole:{n}", source_id="whole", text=text, start=n, end=n + len(text))
        for n, text in zip(starts, texts, strict=True)
    ]
    index.add_source(Source(id="whole", title=""), "".join(texts), passages, "a")
    add(index, "alone", "Another toxin.")
    for n in range(9):
        add(index, f"other {n}", f"The budget of year {n} was spent.")
    hits = index.search("toxin binding receptor", limit=DEPTH)
    asked, named = weigh_query(Scope(index), "toxin binding receptor"), rerank.titles(index, hits)
    read = features(asked, hits, named, [0.0] * len(hits))
    beside = {hit.passage.text: each.neighbour for hit, each in zip(hits, read, strict=True)}
    assert beside["A toxin."] == 1 > beside["One toxin."] > beside["Another toxin."] == 0


def test_a_word_of_the_same_root_is_recognised_by_its_letters(index: Index) -> None:
    add(index, "kin", "Defects of the ribosome cause the disease.")
    add(index, "stranger", "Defects of the heart cause the disease.")
    for n in range(5):
        add(index, f"other {n}", f"The budget of year {n} was spent.")
    read = found(index, "ribosomopathy disease")
    assert read["kin"].letter_grams > read["stranger"].letter_grams


def test_korean_words_that_stand_together_come_first(index: Index) -> None:
    add(index, "apart", f"식품의 표시를 본다. {FILLING * 3} 기준은 따로 있다. 식품 표시 식품 표시")
    add(index, "together", "식품 표시 기준을 따른다.")
    add(index, "other", "예산은 모두 쓰였다.")
    assert rerank.search(index, "식품 표시 기준")[0].passage.source_id == "together"


def test_scores_are_above_zero_and_fall(index: Index) -> None:
    for n in range(DEPTH + 10):
        add(index, f"s{n}", f"The toxin is of kind {n}." + " It is new." * n)
        add(index, f"o{n}", f"The budget of year {n} was spent.")
    hits = rerank.search(index, "toxin kind", limit=DEPTH + 10)
    scores = [hit.score for hit in hits]
    assert len({hit.passage.id for hit in hits}) == DEPTH + 10
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] > 0


def test_nothing_is_found_for_unknown_words(index: Index) -> None:
    add(index, "a", "The toxin acts.")
    assert rerank.search(index, "unheard") == []
    assert rerank.search(index, "the of") == []


def test_of_passages_with_the_same_words_the_nearer_comes_first(index: Index) -> None:
    add(index, "far", "The toxin acts on plants.")
    add(index, "close", "The toxin acts on cells.")
    hits = index.search("toxin")
    near = VectorMatches((), {"far:0": 0.5, "close:0": 3.0})
    scores = dict(
        zip(
            (hit.passage.source_id for hit in hits),
            rerank.scores(Scope(index), "toxin", hits, near),
            strict=True,
        )
    )
    assert scores["close"] > scores["far"] > 0


def test_what_only_meaning_finds_is_read_as_well(index: Index) -> None:
    add(index, "a", "The toxin acts.")
    passage = index.passage("a:0")
    near = VectorMatches([Hit(passage, 2.0)], {"a:0": 2.0})
    hits = merge_candidates(index.search("unheard"), near)
    [score] = rerank.scores(Scope(index), "unheard", hits, near)
    assert score > 0


@pytest.mark.parametrize("kind", ["words", "vectors"])
def test_the_shipped_weights_are_those_of_the_features(kind: str) -> None:
    weights = rerank.weights(kind)
    assert min(weights) >= 0
    assert max(weights) > 1
    assert (weights.similarity > 0) == (kind == "vectors")
