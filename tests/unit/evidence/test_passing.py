"""Collections made in passing: what a run leaves behind, and what is removed of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from virtual_lab.domain import Passage, Source
from virtual_lab.evidence.index import Index
from virtual_lab.evidence.passing import forget_run, gathering_runs, run_collection


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    index = Index(tmp_path / "library.sqlite3")
    yield index
    index.close()


def shelve(index: Index, name: str, *collections: str) -> None:
    passage = Passage(id=f"{name}:0", source_id=name, text=f"Words of {name}.", start=0, end=12)
    for collection in collections:
        index.add_source(Source(id=name, title=name), passage.text, [passage], collection)


def test_what_a_run_gathered_is_forgotten_but_for_what_is_needed(index: Index) -> None:
    mine, other = run_collection("r1"), run_collection("r2")
    shelve(index, "cited", mine)
    shelve(index, "unused", mine)
    shelve(index, "shared", mine, "papers", other)
    assert gathering_runs(index) == ("r1", "r2")
    assert forget_run(index, "r1", needed={"cited"}) == 2
    assert index.collections() == {mine: 1, other: 1, "papers": 1}
    assert [hit.passage.source_id for hit in index.search("words unused")] == ["cited", "shared"]
    assert forget_run(index, "r1") == 1
    assert gathering_runs(index) == ("r2",)


def test_a_run_that_gathered_nothing_is_forgotten_in_peace(index: Index) -> None:
    assert forget_run(index, "r1") == 0
