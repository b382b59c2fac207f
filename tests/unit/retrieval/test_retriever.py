"""Searching in both languages, with neighbours that support each other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from virtual_lab.documents.document import BlockKind, Document, DocumentBuilder
from virtual_lab.library.sqlite.index import Index
from virtual_lab.retrieval.retriever import Retriever
from virtual_lab.text.glossary import load_glossary


def document(title: str, *pages: tuple[int, str]) -> Document:
    builder = DocumentBuilder()
    for number, text in pages:
        builder.add(BlockKind.TEXT, text, page=number)
        builder.add(BlockKind.NOTE, "between passages", page=number)
    return Document(title=title, text=builder.text, blocks=builder.blocks, language="en")


@pytest.fixture
def retriever(tmp_path: Path) -> Iterator[Retriever]:
    index = Index(tmp_path / "library.sqlite3")
    index.add(
        document(
            "Guidance",
            (1, "Genotoxicity is tested in bacteria."),
            (2, "Genotoxicity is tested in cells."),
            (2, "Cells with genotoxicity are counted."),
            *((n, f"The budget of year {n} was spent on other things.") for n in range(3, 20)),
        ),
        "a",
    )
    index.add(document("Other", (1, "Genotoxicity elsewhere.")), "b")
    yield Retriever(index, load_glossary(), ("a",))
    index.close()


def test_a_korean_query_finds_english_passages(retriever: Retriever) -> None:
    hits = retriever.search(["유전독성"], 10)
    assert len(hits) == 3
    assert all("enotoxicity" in hit.passage.text for hit in hits)


def test_scores_are_shares_of_the_best(retriever: Retriever) -> None:
    scores = [hit.score for hit in retriever.search(["genotoxicity", "cells"], 10)]
    assert scores[0] == 1.0
    assert scores == sorted(scores, reverse=True)
    assert min(scores) > 0


def test_passages_of_one_page_support_each_other(retriever: Retriever) -> None:
    hits = retriever.search(["genotoxicity"], 10)
    assert [hit.passage.page for hit in hits] == [2, 2, 1]


def test_an_abstract_is_not_behind_for_having_no_neighbours(retriever: Retriever) -> None:
    """It gets what the passages of documents get from theirs on the whole."""
    retriever.index.add(document("Abstract", (1, "Genotoxicity is tested in plants.")), "a")
    hits = Retriever(retriever.index, load_glossary(), ("a",)).search(["genotoxicity"], 10)
    scores = {hit.passage.text: hit.score for hit in hits}
    abstract = scores["Genotoxicity is tested in plants."]
    beside = scores["Genotoxicity is tested in cells."]
    alone_on_its_page = scores["Genotoxicity is tested in bacteria."]
    assert beside > abstract > alone_on_its_page


def test_other_collections_are_left_alone(retriever: Retriever) -> None:
    assert not any("elsewhere" in h.passage.text for h in retriever.search(["genotoxicity"], 10))


def test_the_limit_holds(retriever: Retriever) -> None:
    assert len(retriever.search(["genotoxicity", "budget"], 4)) == 4


def test_the_weight_of_a_text_is_that_of_its_rarest_word(retriever: Retriever) -> None:
    assert retriever.weight("budget bacteria") == retriever.weight("bacteria")
    assert retriever.weight("") == 0.0
