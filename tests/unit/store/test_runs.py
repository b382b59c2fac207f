"""Runs: submit, look, list, cancel, resume."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.unit.store.conftest import QUESTION, event, report
from virtual_lab.domain import EventKind, Question
from virtual_lab.errors import ConflictError, InvalidInputError, NotFoundError, RunFailedError
from virtual_lab.store import Lease, RunState, Store

SetRun = Callable[..., None]


def test_a_submitted_run_waits_and_keeps_every_option(store: Store) -> None:
    question = Question(topic="새로운 식품", constraints="EU", rounds=2, collections=("a", "b"))
    run = store.runs.submit(question, session_id="s-1")
    assert run.state is RunState.PENDING
    assert run.question == question
    assert run.session_id == "s-1"
    assert run.progress == (0, 0, "queued")
    assert store.runs.get(run.id) == run


def test_the_session_is_the_run_where_none_is_given(store: Store) -> None:
    run = store.runs.submit(QUESTION)
    assert run.session_id == run.id


def test_an_id_is_taken_once(store: Store) -> None:
    store.runs.submit(QUESTION, run_id="one")
    with pytest.raises(ConflictError, match="one"):
        store.runs.submit(Question(topic="another"), run_id="one")
    assert store.runs.get("one").question == QUESTION


def test_a_foreign_run_is_written_down_once(store: Store) -> None:
    first = store.runs.adopt("foreign", QUESTION)
    assert store.runs.adopt("foreign", Question(topic="another")) == first
    assert store.outbox.take() == [], "its message is there already"


def test_an_id_that_is_too_long_is_refused(store: Store) -> None:
    with pytest.raises(InvalidInputError, match="255"):
        store.runs.adopt("x" * 256, QUESTION)


def test_an_unknown_run_is_not_found(store: Store) -> None:
    with pytest.raises(NotFoundError, match="nothing"):
        store.runs.get("nothing")
    with pytest.raises(NotFoundError):
        store.runs.cancel("nothing")
    with pytest.raises(NotFoundError):
        store.runs.resume("nothing")


def test_the_list_is_read_page_by_page_newest_first(store: Store, set_run: SetRun) -> None:
    ids = [f"run-{number}" for number in range(7)]
    for number, run_id in enumerate(ids):
        store.runs.submit(QUESTION, run_id=run_id)
        # Two of the same moment each: the id decides.
        set_run(run_id, created_at=1000.1 + number // 2)
    seen: list[str] = []
    cursor = None
    while True:
        page = store.runs.list(cursor=cursor, limit=2)
        seen += [run.id for run in page.items]
        if page.next is None:
            break
        cursor = page.next
    assert seen == ids[::-1]


def test_a_run_that_comes_between_two_pages_moves_nothing(store: Store, set_run: SetRun) -> None:
    for number in range(4):
        store.runs.submit(QUESTION, run_id=f"run-{number}")
        set_run(f"run-{number}", created_at=1000.0 + number)
    first = store.runs.list(limit=2)
    store.runs.submit(QUESTION, run_id="late")
    second = store.runs.list(cursor=first.next, limit=2)
    assert [run.id for run in second.items] == ["run-1", "run-0"]
    assert second.next is None


def test_the_list_knows_states(store: Store, lease: Lease) -> None:
    waiting = store.runs.submit(QUESTION)
    assert [run.id for run in store.runs.list(RunState.PENDING).items] == [waiting.id]
    assert [run.id for run in store.runs.list(RunState.PROGRESS).items] == [lease.run_id]
    assert store.runs.list(RunState.FAILURE).items == ()
    counts = store.runs.counts()
    assert (counts[RunState.PENDING], counts[RunState.PROGRESS], counts[RunState.SUCCESS]) == (
        1,
        1,
        0,
    )


@pytest.mark.parametrize("cursor", ["", "x", "~", "noon~run"])
def test_a_foreign_cursor_is_refused(store: Store, cursor: str) -> None:
    with pytest.raises(InvalidInputError, match="cursor"):
        store.runs.list(cursor=cursor)


def test_a_waiting_run_is_cancelled_at_once(store: Store) -> None:
    run = store.runs.submit(QUESTION)
    assert store.runs.cancel(run.id).state is RunState.CANCELLED
    assert store.leases.claim(run.id, "worker") is None
    assert store.outbox.take() == []
    assert [logged.event.kind for logged in store.events.after(run.id)] == [EventKind.CANCELLED]


def test_to_cancel_twice_is_to_cancel_once(store: Store) -> None:
    run = store.runs.submit(QUESTION)
    first = store.runs.cancel(run.id)
    assert store.runs.cancel(run.id) == first


def test_the_worker_of_a_run_is_told_of_the_cancel(store: Store, lease: Lease) -> None:
    assert not store.leases.is_cancelled(lease)
    run = store.runs.cancel(lease.run_id)
    assert (run.state, run.cancel_requested) == (RunState.PROGRESS, True)
    assert store.leases.is_cancelled(lease)
    store.leases.cancel(lease)
    assert store.runs.get(lease.run_id).state is RunState.CANCELLED


def test_what_has_ended_is_not_cancelled(store: Store, lease: Lease) -> None:
    store.leases.finish(lease, report(), event(EventKind.FINISHED, 12))
    with pytest.raises(ConflictError, match="success"):
        store.runs.cancel(lease.run_id)


def test_a_failed_run_is_resumed_with_a_clean_slate(store: Store, lease: Lease) -> None:
    store.leases.fail(lease, RunFailedError("no luck"))
    failed = store.runs.get(lease.run_id)
    assert failed.error
    assert failed.error[:2] == ("RunFailedError", "The run failed: no luck")
    resumed = store.runs.resume(lease.run_id)
    assert (resumed.state, resumed.error, resumed.finished_at) == (RunState.PENDING, None, None)
    assert [run.id for run in store.outbox.take()] == [lease.run_id]
    again = store.leases.claim(lease.run_id, "worker")
    assert again
    assert again.attempt == lease.attempt + 1


def test_a_cancelled_run_is_resumed(store: Store) -> None:
    run = store.runs.submit(QUESTION)
    store.runs.cancel(run.id)
    assert store.runs.resume(run.id).state is RunState.PENDING
    claimed = store.leases.claim(run.id, "worker")
    assert claimed
    assert not store.leases.is_cancelled(claimed)


def test_only_what_has_ended_badly_is_resumed(store: Store, lease: Lease) -> None:
    waiting = store.runs.submit(QUESTION)
    for run_id in (waiting.id, lease.run_id):
        with pytest.raises(ConflictError):
            store.runs.resume(run_id)
    store.leases.finish(lease, report(), event(EventKind.FINISHED, 12))
    with pytest.raises(ConflictError, match="success"):
        store.runs.resume(lease.run_id)
