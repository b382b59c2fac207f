"""Leases: claimed once, renewed, ended, lost, and never written through when lost."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from tests.unit.store.conftest import QUESTION, event, report
from virtual_lab.domain import EventKind
from virtual_lab.errors import LostLeaseError, RunFailedError
from virtual_lab.store import Lease, RunState, Store
from virtual_lab.store.leases import MOST_CRASHES

SetRun = Callable[..., None]


def test_a_run_is_claimed_once(store: Store) -> None:
    run = store.runs.submit(QUESTION)
    lease = store.leases.claim(run.id, "first")
    assert lease == Lease(run.id, 1, "first", QUESTION)
    assert store.leases.claim(run.id, "second") is None
    claimed = store.runs.get(run.id)
    assert (claimed.state, claimed.owner) == (RunState.PROGRESS, "first")
    assert claimed.started_at


def test_an_unknown_run_is_not_claimed(store: Store) -> None:
    assert store.leases.claim("nothing", "worker") is None


def test_of_many_workers_that_race_one_wins(database_url: str, store: Store) -> None:
    ids = [store.runs.submit(QUESTION).id for _ in range(5)]
    won: list[Lease] = []
    start = threading.Barrier(4)

    def race(owner: str) -> None:
        # A store of its own, as another process has.
        with Store(database_url) as own:
            start.wait()
            won.extend(lease for run_id in ids if (lease := own.leases.claim(run_id, owner)))

    threads = [threading.Thread(target=race, args=(f"worker-{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(lease.run_id for lease in won) == sorted(ids)
    assert {lease.attempt for lease in won} == {1}


def test_a_renewal_is_seen_by_all(store: Store, lease: Lease) -> None:
    [before] = store.leases.held()
    assert before[:3] == (lease.run_id, 1, "worker")
    store.leases.renew(lease)
    [after] = store.leases.held()
    assert after[:3] == before[:3]
    assert after.until != before.until


def test_success_is_state_report_and_last_event_together(store: Store, lease: Lease) -> None:
    store.leases.finish(lease, report("The answer"), event(EventKind.FINISHED, 12, "done"))
    run = store.runs.get(lease.run_id)
    assert (run.state, run.progress, run.owner) == (RunState.SUCCESS, (12, 12, "done"), None)
    assert run.finished_at
    assert store.reports.get(run.id).report.title == "The answer"
    assert store.events.after(run.id)[-1].event.kind is EventKind.FINISHED
    assert store.leases.held() == []


def test_a_failure_is_written_into_the_log_too(store: Store, lease: Lease) -> None:
    store.events.append(lease, event(current=4))
    store.leases.fail(lease, RunFailedError("no\x00luck"))
    run = store.runs.get(lease.run_id)
    assert run.error
    assert run.error[:2] == ("RunFailedError", "The run failed: noluck")
    last = store.events.after(run.id)[-1].event
    assert (last.kind, last.current) == (EventKind.FAILED, 4)
    assert last.data == {"type": "RunFailedError", "message": "The run failed: noluck"}


def test_what_is_given_back_is_no_crash(store: Store, lease: Lease) -> None:
    store.leases.give_back(lease)
    run = store.runs.get(lease.run_id)
    assert (run.state, run.crashes, run.owner) == (RunState.PENDING, 0, None)
    assert [due.id for due in store.outbox.take()] == [run.id]


def test_a_worker_that_lost_its_run_changes_nothing(store: Store, lease: Lease) -> None:
    held = store.leases.held()[0]
    assert store.leases.abandon(held)
    new = store.leases.claim(lease.run_id, "another")
    assert new
    before = store.runs.get(lease.run_id)
    late: list[Callable[[], object]] = [
        lambda: store.events.append(lease, event()),
        lambda: store.leases.renew(lease),
        lambda: store.leases.is_cancelled(lease),
        lambda: store.leases.finish(lease, report(), event(EventKind.FINISHED)),
        lambda: store.leases.fail(lease, RunFailedError()),
        lambda: store.leases.cancel(lease),
        lambda: store.leases.give_back(lease),
    ]
    for write in late:
        with pytest.raises(LostLeaseError, match=lease.run_id):
            write()
    assert store.runs.get(lease.run_id) == before
    assert store.reports.versions(lease.run_id) == []
    store.leases.finish(new, report(), event(EventKind.FINISHED))
    assert len(store.reports.versions(lease.run_id)) == 1


def test_nothing_is_written_after_the_end(store: Store, lease: Lease) -> None:
    store.leases.finish(lease, report(), event(EventKind.FINISHED))
    with pytest.raises(LostLeaseError):
        store.events.append(lease, event())
    with pytest.raises(LostLeaseError):
        store.leases.finish(lease, report(), event(EventKind.FINISHED))
    assert len(store.reports.versions(lease.run_id)) == 1


def test_a_run_whose_worker_died_is_queued_again_with_its_progress(
    store: Store, lease: Lease
) -> None:
    store.events.append(lease, event(current=4))
    run = store.leases.abandon(store.leases.held()[0])
    assert run
    assert (run.state, run.crashes, run.owner) == (RunState.PENDING, 1, None)
    assert run.progress.current == 4
    assert [due.id for due in store.outbox.take()] == [run.id]


def test_a_lease_that_was_renewed_meanwhile_is_left_alone(store: Store, lease: Lease) -> None:
    held = store.leases.held()[0]
    store.leases.renew(lease)
    assert store.leases.abandon(held) is None
    assert store.runs.get(lease.run_id).state is RunState.PROGRESS


def test_two_reapers_take_a_run_once(store: Store, lease: Lease) -> None:
    held = store.leases.held()[0]
    assert store.leases.abandon(held)
    assert store.leases.abandon(held) is None
    assert store.runs.get(lease.run_id).crashes == 1


def test_a_run_that_is_lost_too_often_is_quarantined_and_can_be_resumed(store: Store) -> None:
    run_id = store.runs.submit(QUESTION).id
    for _ in range(MOST_CRASHES):
        assert store.leases.claim(run_id, "worker")
        store.leases.abandon(store.leases.held()[0])
    run = store.runs.get(run_id)
    assert run.state is RunState.FAILURE
    assert run.error
    assert run.error.type == "QuarantinedError"
    assert "by hand" in run.error.message
    assert store.outbox.take() == []
    assert store.runs.resume(run_id).crashes == 0


def test_a_run_that_gets_on_between_its_losses_is_not_quarantined(store: Store) -> None:
    run_id = store.runs.submit(QUESTION).id
    for step in range(1, MOST_CRASHES + 2):
        lease = store.leases.claim(run_id, "worker")
        assert lease
        store.events.append(lease, event(current=step))
        run = store.leases.abandon(store.leases.held()[0])
        assert run
        assert (run.state, run.crashes) == (RunState.PENDING, 1)


def test_a_run_that_comes_to_the_same_step_every_time_is_quarantined(store: Store) -> None:
    run_id = store.runs.submit(QUESTION).id
    for _ in range(MOST_CRASHES):
        lease = store.leases.claim(run_id, "worker")
        assert lease
        for step in (3, 4, 3):
            store.events.append(lease, event(current=step))
        store.leases.abandon(store.leases.held()[0])
    assert store.runs.get(run_id).state is RunState.FAILURE


def test_a_run_that_was_to_be_cancelled_is_so_when_its_worker_died(
    store: Store, lease: Lease
) -> None:
    store.runs.cancel(lease.run_id)
    run = store.leases.abandon(store.leases.held()[0])
    assert run
    assert run.state is RunState.CANCELLED
