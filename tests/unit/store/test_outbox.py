"""The outbox: no run is forgotten, and none is shouted about."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.unit.store.conftest import QUESTION
from virtual_lab.store import Lease, Store
from virtual_lab.store.outbox import HOLD_S
from virtual_lab.store.submission import REPUBLISH_S

SetRun = Callable[..., None]


def due_in(store: Store, run_id: str) -> float:
    """Seconds until a run is due."""
    with store.database.reading() as connection:
        at = connection.exec_driver_sql(
            f"SELECT publish_at FROM runs WHERE id = '{run_id}'"  # noqa: S608
        ).scalar()
    assert at is not None
    return float(at) - time.time()


def test_runs_are_taken_in_the_order_of_their_coming(store: Store) -> None:
    ids = [store.runs.submit(QUESTION).id for _ in range(5)]
    assert [run.id for run in store.outbox.take(limit=3)] == ids[:3]
    assert [run.id for run in store.outbox.take(limit=3)] == ids[3:]


def test_what_one_process_took_is_left_to_it_for_a_while(store: Store, set_run: SetRun) -> None:
    run = store.runs.submit(QUESTION)
    assert store.outbox.take()
    assert store.outbox.take() == []
    assert HOLD_S - 5 < due_in(store, run.id) <= HOLD_S
    # That process died before it had published.
    set_run(run.id, publish_at=0.0)
    assert [due.id for due in store.outbox.take()] == [run.id]


def test_what_nobody_claims_is_published_again_ever_more_rarely(
    store: Store, set_run: SetRun
) -> None:
    run = store.runs.submit(QUESTION)
    for expected in (REPUBLISH_S, 2 * REPUBLISH_S, 4 * REPUBLISH_S):
        set_run(run.id, publish_at=0.0)
        assert store.outbox.take()
        store.outbox.published([run.id])
        assert expected - 5 < due_in(store, run.id) <= expected
    set_run(run.id, publications=50)
    store.outbox.published([run.id])
    assert due_in(store, run.id) <= 64 * REPUBLISH_S
    assert store.runs.get(run.id).published_at


def test_a_run_that_was_claimed_is_not_published(store: Store, lease: Lease) -> None:
    # Its worker was faster than the note that it is published.
    store.outbox.published([lease.run_id])
    assert store.outbox.take() == []
    store.outbox.publish_all()
    assert store.outbox.take() == []


def test_what_the_broker_did_not_take_is_tried_again(store: Store, set_run: SetRun) -> None:
    run = store.runs.submit(QUESTION)
    store.outbox.take()
    store.outbox.postpone([run.id], 0.0)
    assert [due.id for due in store.outbox.take()] == [run.id]


def test_after_the_broker_lost_everything_all_is_published_again(store: Store) -> None:
    published = store.runs.submit(QUESTION)
    store.outbox.take()
    store.outbox.published([published.id])
    later = store.runs.submit(QUESTION, start_in_s=100)
    store.outbox.publish_all()
    assert [run.id for run in store.outbox.take()] == [published.id]
    assert due_in(store, later.id) > 90, "its time has not come"


def test_a_delayed_run_waits(store: Store, set_run: SetRun) -> None:
    run = store.runs.submit(QUESTION, start_in_s=100)
    assert store.outbox.take() == []
    set_run(run.id, publish_at=0.0)
    assert store.outbox.take()
