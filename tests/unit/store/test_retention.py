"""Retention: the oldest goes first, in parts; what runs or a kept report needs stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.unit.store.conftest import QUESTION, event, report
from virtual_lab.domain import EventKind, Usage
from virtual_lab.errors import NotFoundError, RunFailedError
from virtual_lab.messages import Message
from virtual_lab.store import Database, RetentionLimit, RunState, Store, StoredCall
from virtual_lab.store.migrating import migrate
from virtual_lab.store.tables import sources

SetRun = Callable[..., None]
OLD = 1.0  # seconds since 1970
ALL = RetentionLimit(None)


@pytest.fixture
def end(store: Store, set_run: SetRun) -> Callable[..., str]:
    """Makes a run that has ended, with three events and two paid calls."""

    def make(name: str, old: bool = False, success: bool = False) -> str:
        store.runs.submit(QUESTION, run_id=name)
        lease = store.leases.claim(name, "worker")
        assert lease
        for current in (1, 2):
            store.events.append(lease, event(current=current))
            store.ledger.record(
                name, StoredCall("k" * 64, "answer", Usage(calls=1, prompt_tokens=3))
            )
        if success:
            store.leases.finish(lease, report(source_id=name), event(EventKind.FINISHED, 12))
        else:
            store.leases.fail(lease, RunFailedError("no luck"))
        if old:
            set_run(name, finished_at=OLD)
        return name

    return make


def stored_sources(store: Store) -> set[str]:
    with store.database.reading() as connection:
        return set(connection.scalars(sa.select(sources.c.id)))


def kinds(store: Store, run_id: str) -> list[EventKind]:
    return [logged.event.kind for logged in store.events.after(run_id)]


def test_logs_go_by_age_but_for_their_last_event(store: Store, end: Callable[..., str]) -> None:
    old, new = end("old", old=True), end("new")
    surplus = store.retention.surplus_events(RetentionLimit(30))
    assert surplus == [(old, 2)]
    store.retention.delete_events([old])
    assert kinds(store, old) == [EventKind.FAILED]
    assert len(kinds(store, new)) == 3
    assert store.retention.surplus_events(RetentionLimit(30)) == []
    assert store.retention.surplus_events(ALL) == []


def test_logs_go_by_number_the_oldest_first(store: Store, end: Callable[..., str]) -> None:
    names = [end(f"run-{number}") for number in range(4)]
    # Six lines may go; of at most three, two runs are too many.
    assert [
        found.run_id for found in store.retention.surplus_events(RetentionLimit(None, 3))
    ] == names[:3]
    assert store.retention.surplus_events(RetentionLimit(None, 8)) == []


def test_logs_and_calls_go_by_their_size_in_bytes_the_oldest_first(
    store: Store, end: Callable[..., str]
) -> None:
    names = [end(f"run-{number}") for number in range(4)]
    lines = [
        logged.event.model_dump_json().encode()
        for name in names
        for logged in store.events.after(name)[:-1]
    ]
    mb = sum(map(len, lines)) / 1_000_000
    retention = store.retention
    assert retention.surplus_events(RetentionLimit(None, mb=mb)) == []
    surplus = retention.surplus_events(RetentionLimit(None, mb=0.6 * mb))
    assert [found.run_id for found in surplus] == names[:2]
    answers = 8 * len("answer") / 1_000_000
    assert retention.surplus_calls(RetentionLimit(None, mb=answers)) == []
    assert retention.surplus_calls(RetentionLimit(None, mb=0.8 * answers)) == [(names[0], 2)]


def test_the_log_of_a_resumed_run_goes_on(store: Store, end: Callable[..., str]) -> None:
    run_id = end("old", old=True)
    store.retention.delete_events([run_id])
    store.runs.resume(run_id)
    assert [logged.seq for logged in store.events.after(run_id)] == [3, 4]


def test_nothing_of_a_run_goes_before_it_has_ended(store: Store, end: Callable[..., str]) -> None:
    run_id = end("old", old=True)
    store.runs.resume(run_id)
    limit = RetentionLimit(0, 0)
    assert store.retention.surplus_events(limit) == []
    assert store.retention.surplus_calls(limit) == []
    assert store.retention.surplus_runs(limit) == []
    assert store.retention.stale_steps([run_id], limit) == []
    store.retention.delete_runs([run_id])
    assert store.runs.get(run_id).state is RunState.PENDING, "it was resumed meanwhile"


def test_calls_go_by_age_and_by_number(store: Store, end: Callable[..., str]) -> None:
    old, new = end("old", old=True), end("new")
    assert store.retention.surplus_calls(RetentionLimit(30)) == [(old, 2)]
    assert store.retention.surplus_calls(RetentionLimit(None, 2)) == [(old, 2)]
    store.retention.delete_calls([old])
    assert store.ledger.calls(old) == []
    assert len(store.ledger.calls(new)) == 2


def test_a_run_goes_with_all_that_is_its_own(store: Store, end: Callable[..., str]) -> None:
    old, new = end("old", old=True), end("new")
    assert store.retention.surplus_runs(RetentionLimit(30, 10)) == [(old, 1)]
    assert store.retention.surplus_runs(RetentionLimit(None, 1)) == [(old, 1)]
    store.retention.delete_runs([old])
    with pytest.raises(NotFoundError):
        store.runs.get(old)
    assert kinds(store, old) == []
    assert store.ledger.calls(old) == []
    assert store.runs.get(new)


def test_a_run_stays_as_long_as_its_report(store: Store, end: Callable[..., str]) -> None:
    run_id = end("old", old=True, success=True)
    assert store.retention.surplus_runs(RetentionLimit(0, 0)) == []
    store.retention.delete_runs([run_id])
    assert store.runs.get(run_id)
    store.reports.delete(run_id)
    assert store.retention.surplus_runs(RetentionLimit(30)) == [(run_id, 1)]


def test_a_source_stays_as_long_as_it_is_cited(store: Store, end: Callable[..., str]) -> None:
    kept, gone = end("kept", success=True), end("gone", success=True)
    assert store.retention.unused_sources() == []
    store.retention.delete_sources([kept])
    assert stored_sources(store) == {kept, gone}
    store.reports.delete(gone)
    assert store.retention.unused_sources() == [gone]
    store.retention.delete_sources([gone])
    assert stored_sources(store) == {kept}


def test_reports_go_where_their_latest_version_is_old(
    store: Store, end: Callable[..., str]
) -> None:
    run_id = end("run", success=True)
    assert store.retention.surplus_reports(ALL) == []
    assert store.retention.surplus_reports(RetentionLimit(1)) == []
    store.reports.add_version(
        run_id, report(source_id=run_id), Message.of("outside.text", text="again")
    )
    assert store.retention.surplus_reports(RetentionLimit(0)) == [(run_id, 2)]
    store.retention.delete_reports([run_id])
    with pytest.raises(NotFoundError):
        store.reports.get(run_id)


def test_steps_are_kept_for_those_who_may_resume(store: Store, end: Callable[..., str]) -> None:
    old, new, done = end("old", old=True), end("new"), end("done", success=True)
    names = [old, new, done, "of a run without a store"]
    assert set(store.retention.stale_steps(names, RetentionLimit(14))) == {old, done}
    assert store.retention.stale_steps(names, ALL) == [done]


def test_the_file_shrinks(tmp_path: Path) -> None:
    file = tmp_path / "runs.sqlite3"
    with Store(f"sqlite:///{file}") as store:
        for number in range(200):
            store.runs.submit(QUESTION, run_id=f"run-{number}", session_id="s" * 200)
            store.runs.cancel(f"run-{number}")
        store.retention.delete_runs([f"run-{number}" for number in range(200)])
        store.retention.give_back_space()
        with store.database.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA freelist_count").scalar() == 0


def test_an_older_file_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "runs.sqlite3"
    database = Database(f"sqlite:///{file}")
    migrate(database)
    database.close()
    with Store(f"sqlite:///{file}") as store:
        with store.database.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA auto_vacuum = NONE")
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("BEGIN")
        for number in range(50):
            store.runs.submit(QUESTION, run_id=f"run-{number}", session_id="s" * 200)
            store.runs.cancel(f"run-{number}")
        store.retention.delete_runs([f"run-{number}" for number in range(50)])
        store.retention.give_back_space()
