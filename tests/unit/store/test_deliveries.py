"""Deliveries: written with the end of a run, and kept until the webhook has taken them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from tests.unit.store.conftest import QUESTION, event, report
from virtual_lab.domain import EventKind
from virtual_lab.errors import LostLeaseError, RefusedRequestError, RunFailedError
from virtual_lab.store import Lease, RunState, Store, StoredRun, Submission
from virtual_lab.store.tables import deliveries

URL = "https://example.org/hook"


@pytest.fixture
def run(store: Store) -> StoredRun:
    """A run that waits, with a webhook."""
    return store.runs.submit_all([Submission(QUESTION, session_id="s", webhook=URL)])[0]


@pytest.fixture
def make_due(store: Store) -> Callable[[], None]:
    """Lets time pass."""

    def change() -> None:
        with store.database.writing() as connection:
            waiting = sa.update(deliveries).where(deliveries.c.next_at.is_not(None))
            connection.execute(waiting.values(next_at=0.0))

    return change


def claim(store: Store, run: StoredRun) -> Lease:
    lease = store.leases.claim(run.id, "worker")
    assert lease
    return lease


def test_a_webhook_is_told_once_its_run_has_ended(store: Store, run: StoredRun) -> None:
    assert store.deliveries.take() == []
    assert store.deliveries.last(run.id) is None
    store.leases.finish(claim(store, run), report(), event(EventKind.FINISHED, 12))
    told = store.deliveries.take()
    assert [(item.run_id, item.session_id, item.url) for item in told] == [(run.id, "s", URL)]
    assert (told[0].state, told[0].attempts) == (RunState.SUCCESS, 0)
    assert store.deliveries.last(run.id) == ("pending", 0, "", None)
    assert store.deliveries.take() == [], "it is left to who took it"
    store.deliveries.delivered(told[0])
    assert store.deliveries.last(run.id) == ("delivered", 1, "", None)


def test_every_end_is_told(store: Store, run: StoredRun) -> None:
    store.runs.cancel(run.id)
    store.runs.resume(run.id)
    store.leases.fail(claim(store, run), RunFailedError("no luck"))
    told = store.deliveries.take()
    assert [item.state for item in told] == [RunState.CANCELLED, RunState.FAILURE]
    assert len({item.id for item in told}) == 2


def test_a_run_without_a_webhook_is_told_to_nobody(store: Store, lease: Lease) -> None:
    store.leases.finish(lease, report(), event(EventKind.FINISHED, 12))
    assert store.deliveries.take() == []
    assert store.deliveries.last(lease.run_id) is None


def test_an_end_that_is_not_written_is_not_told(store: Store, run: StoredRun) -> None:
    lease = claim(store, run)
    store.leases.give_back(lease)
    with pytest.raises(LostLeaseError):
        store.leases.fail(lease, RunFailedError("too late"))
    assert store.deliveries.take() == []


def test_what_failed_is_due_again_with_the_same_id(
    store: Store, run: StoredRun, make_due: Callable[[], None]
) -> None:
    store.runs.cancel(run.id)
    first = store.deliveries.take()[0]
    answered = RefusedRequestError("fetch.webhook_answered", status=500)
    store.deliveries.failed(first, answered, 30.0)
    waiting = ("pending", 1, str(answered), "fetch.webhook_answered")
    assert store.deliveries.last(run.id) == waiting
    assert store.deliveries.take() == []
    make_due()
    again = store.deliveries.take()[0]
    assert (again.id, again.attempts) == (first.id, 1)
    store.deliveries.failed(again, answered, None)
    assert store.deliveries.last(run.id) == ("failed", 2, *waiting[2:])
    make_due()
    assert store.deliveries.take() == []


def test_what_a_dead_process_took_is_due_again(
    store: Store, run: StoredRun, make_due: Callable[[], None]
) -> None:
    store.runs.cancel(run.id)
    first = store.deliveries.take()
    make_due()
    assert store.deliveries.take() == first
