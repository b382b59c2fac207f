"""A deleted report takes along what its run gathered online."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.unit.store.test_reports import finish
from virtual_lab.bootstrap.library import open_index
from virtual_lab.domain import Passage, Source
from virtual_lab.errors import NotFoundError
from virtual_lab.library.ephemeral import run_collection
from virtual_lab.services.report_removal import delete_report
from virtual_lab.settings import Settings
from virtual_lab.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with Store(f"sqlite:///{tmp_path / 'runs.sqlite3'}") as opened:
        yield opened


def test_what_the_run_gathered_goes_with_its_report(store: Store, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    finish(store, "r1", "First")
    passage = Passage(id="a1:0", source_id="a1", text="Words.", start=0, end=6)
    with closing(open_index(settings)) as index:
        for collection in (run_collection("r1"), run_collection("r2")):
            index.add_source(Source(id="a1", title="Paper"), "Words.", [passage], collection)
    delete_report(store, settings, "r1")
    with closing(open_index(settings)) as index:
        assert index.collections() == {run_collection("r2"): 1}
    with pytest.raises(NotFoundError):
        delete_report(store, settings, "r1")
    assert store.runs.get("r1").state == "success"
