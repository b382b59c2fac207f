"""Reports and their versions, and the sources that they cite."""

from __future__ import annotations

import pytest

from tests.unit.store.conftest import QUESTION, event, report
from virtual_lab.domain import EventKind
from virtual_lab.errors import InvalidInputError, NotFoundError
from virtual_lab.messages import Message
from virtual_lab.store import Store


def finish(store: Store, run_id: str, title: str, source_id: str = "a1") -> None:
    """A run that ended with a report."""
    store.runs.submit(QUESTION, run_id=run_id)
    lease = store.leases.claim(run_id, "worker")
    assert lease
    store.leases.finish(lease, report(title, source_id), event(EventKind.FINISHED))


def test_a_report_comes_back_as_it_was(store: Store) -> None:
    finish(store, "r1", "First")
    stored = store.reports.get("r1")
    assert stored.report == report("First")
    assert (stored.id, stored.version, stored.note) == ("r1", 1, "")


def test_versions_are_kept(store: Store) -> None:
    finish(store, "r1", "First")
    assert (
        store.reports.add_version(
            "r1", report("Second"), Message.of("outside.text", text="section 1 again")
        )
        == 2
    )
    assert store.reports.get("r1").report.title == "Second"
    assert store.reports.get("r1", 1).report.title == "First"
    lines = store.reports.versions("r1")
    assert [(line.version, line.title, line.note) for line in lines] == [
        (1, "First", ""),
        (2, "Second", "section 1 again"),
    ]


def test_the_list_shows_the_latest_version_of_each(store: Store) -> None:
    for number in range(3):
        finish(store, f"r{number}", f"Report {number}")
    store.reports.add_version(
        "r0", report("Report 0, again"), Message.of("outside.text", text="again")
    )
    first = store.reports.list(limit=2)
    second = store.reports.list(cursor=first.next, limit=2)
    titles = [line.title for line in (*first.items, *second.items)]
    assert titles == ["Report 0, again", "Report 2", "Report 1"]
    assert second.next is None
    with pytest.raises(InvalidInputError):
        store.reports.list(cursor="x")


def test_a_deleted_report_is_gone_and_its_run_stays(store: Store) -> None:
    finish(store, "r1", "First")
    note = Message.of("outside.text", text="again")
    store.reports.add_version("r1", report("Second"), note)
    store.reports.delete("r1")
    with pytest.raises(NotFoundError):
        store.reports.get("r1")
    assert store.retention.unused_sources() == ["a1"]
    assert store.runs.get("r1").state == "success"


def test_an_unknown_report_is_not_found(store: Store) -> None:
    finish(store, "r1", "First")
    with pytest.raises(NotFoundError, match="version 7"):
        store.reports.get("r1", 7)
    with pytest.raises(NotFoundError):
        store.reports.delete("r2")
    note = Message.of("outside.text", text="again")
    with pytest.raises(NotFoundError):
        store.reports.add_version("r2", report(), note)
    assert store.reports.versions("r2") == []
