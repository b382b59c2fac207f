"""A worker's library stays open between runs, and is opened anew where that is another file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from virtual_lab.domain import Passage, Source
from virtual_lab.errors import LibraryError
from virtual_lab.evidence.index import Index
from virtual_lab.jobs import library
from virtual_lab.jobs.library import open_library
from virtual_lab.settings import Settings


@pytest.fixture(autouse=True)
def _none_is_kept() -> Iterator[None]:
    library._kept.clear()
    yield
    while library._kept:
        library._kept.pop().library.close()


def _add(settings: Settings, name: str) -> None:
    text = "Only foods on the Union list may be placed on the market."
    passage = Passage(id=f"{name}:0", source_id=name, text=text, start=0, end=len(text))
    with closing(Index(settings.library_path)) as index:
        index.add_source(Source(id=name, title=name), text, [passage], "mine")


def test_the_next_run_has_the_same_index_and_sees_what_was_added_meanwhile(
    settings: Settings,
) -> None:
    with open_library(settings) as first:
        assert first.size() == 0
    # A new file has no identity before it is opened, so the one after this is kept.
    with open_library(settings) as second:
        assert second.size() == 0
    _add(settings, "one")
    with open_library(settings) as third:
        assert third is second
        assert third.size() == 1
        assert [hit.passage.source_id for hit in third.search("Union list")] == ["one"]


def test_a_file_that_was_replaced_is_opened(settings: Settings) -> None:
    _add(settings, "old")
    with open_library(settings) as index:
        assert index.source_ids() == {"old"}
    for file in settings.data_dir.glob("library.sqlite3*"):
        file.rename(file.with_name(f"former-{file.name}"))
    _add(settings, "new")
    with open_library(settings) as index:
        assert index.source_ids() == {"new"}


def test_two_at_once_have_one_each(settings: Settings) -> None:
    _add(settings, "one")
    with open_library(settings) as first, open_library(settings) as second:
        assert first is not second
        assert second.source_ids() == {"one"}
    with open_library(settings) as third:
        assert third.source_ids() == {"one"}


def test_after_an_error_it_is_opened_anew(settings: Settings) -> None:
    _add(settings, "one")
    with pytest.raises(LibraryError), open_library(settings) as first:
        raise LibraryError("broken")
    with open_library(settings) as second:
        assert second is not first
        assert second.source_ids() == {"one"}
