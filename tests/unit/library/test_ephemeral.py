"""Collections made in passing: what a run leaves behind, and what is removed of it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from virtual_lab.bootstrap.library import open_index
from virtual_lab.domain import Passage, Source
from virtual_lab.library.ephemeral import (
    docs_collection,
    forget_run,
    forget_unused,
    note_use,
    run_collection,
)
from virtual_lab.library.sqlite.index import Index
from virtual_lab.settings import Settings


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    index = Index(tmp_path / "library.sqlite3")
    yield index
    index.close()


def shelve(index: Index, name: str, *collections: str) -> None:
    passage = Passage(id=f"{name}:0", source_id=name, text=f"Words of {name}.", start=0, end=12)
    for collection in collections:
        index.add_source(Source(id=name, title=name), passage.text, [passage], collection)


def test_what_a_run_gathered_is_forgotten_but_for_what_others_hold(index: Index) -> None:
    mine, other = run_collection("r1"), run_collection("r2")
    shelve(index, "unshared", mine)
    shelve(index, "shared", mine, "papers", other)
    forget_run(index, "r1")
    assert index.collections() == {other: 1, "papers": 1}
    assert [hit.passage.source_id for hit in index.search("words")] == ["shared"]


def test_a_run_that_gathered_nothing_is_forgotten_in_peace(index: Index) -> None:
    forget_run(index, "r1")
    assert index.collections() == {}


def test_paths_that_no_question_names_for_long_are_forgotten(index: Index, tmp_path: Path) -> None:
    old, recent, unknown = (docs_collection(tmp_path / name) for name in ("a", "b", "c"))
    notes = tmp_path / "notes"
    shelve(index, "only there", old)
    shelve(index, "paper", old, recent, unknown, "papers", run_collection("r1"))
    assert forget_unused(index, notes, 1.0) == 0, "nobody has ever named one"
    note_use(notes, old)
    (note,) = notes.iterdir()
    os.utime(note, (time.time() - 2 * 86_400,) * 2)
    note_use(notes, recent)
    assert forget_unused(index, notes, None) == 0
    assert forget_unused(index, notes, 1.0, dry_run=True) == 1
    assert len(index.collections()) == 5
    assert forget_unused(index, notes, 1.0) == 1
    assert set(index.collections()) == {recent, unknown, "papers", run_collection("r1")}
    assert index.source_ids() == {"paper"}
    assert forget_unused(index, notes, 1.0) == 0


def test_the_same_path_is_another_one_on_another_machine(tmp_path: Path, postgres_url: str) -> None:
    names = []
    for machine in ("one", "two"):
        settings = Settings(data_dir=tmp_path / machine, DATABASE_URL=postgres_url)
        with closing(open_index(settings)) as index:
            names.append(docs_collection(Path("/papers"), index.installation))
            shelve(index, machine, names[-1])
            note_use(settings.docs_use_path, names[-1])
    assert len(set(names)) == 2
    for machine, name in zip(("one", "two"), names, strict=True):
        settings = Settings(data_dir=tmp_path / machine, DATABASE_URL=postgres_url)
        with closing(open_index(settings)) as index:
            assert index.source_ids([name]) == {machine}
            assert forget_unused(index, settings.docs_use_path, 0.0) == 1, "only its own"
