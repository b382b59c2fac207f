"""The library of a worker: open from one run to the next, and always as it is now."""

from __future__ import annotations

from contextlib import closing

from virtual_lab.domain import Passage, Source
from virtual_lab.jobs.worker.library import open_library
from virtual_lab.library.sqlite.index import Index
from virtual_lab.settings import Settings


def _add(settings: Settings, name: str) -> None:
    text = "Only foods on the Union list may be placed on the market."
    passage = Passage(id=f"{name}:0", source_id=name, text=text, start=0, end=len(text))
    with closing(Index(settings.library_path)) as index:
        index.add_source(Source(id=name, title=name), text, [passage], "mine")


def test_the_next_run_has_the_same_index_and_sees_what_was_added_meanwhile(
    settings: Settings,
) -> None:
    _add(settings, "one")
    with open_library(settings) as first:
        assert [hit.passage.source_id for hit in first.search("Union list")] == ["one"]
    _add(settings, "two")
    with open_library(settings) as second:
        assert second is first
        found = {hit.passage.source_id for hit in second.search("Union list")}
        assert found == {"one", "two"}


def test_one_in_a_database_is_opened_as_well(shared_settings: Settings) -> None:
    with open_library(shared_settings) as index:
        assert index.size() == 0
    assert not shared_settings.library_path.exists()
