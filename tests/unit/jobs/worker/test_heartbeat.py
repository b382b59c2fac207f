"""The heartbeat: keeps the lease, and says when to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from tests.unit.jobs.conftest import QUESTION
from virtual_lab.jobs.worker import heartbeat
from virtual_lab.jobs.worker.heartbeat import Heartbeat, Stop
from virtual_lab.store import Lease, Store


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "CHECK_PERIOD_S", 0.01)
    monkeypatch.setattr(heartbeat, "RENEWALS_PER_LEASE", 3000)


@pytest.fixture
def lease(store: Store) -> Lease:
    """A run that is being worked on."""
    claimed = store.leases.claim(store.runs.submit(QUESTION).id, "worker")
    assert claimed
    return claimed


class Listener:
    """Hears why the run has to stop."""

    def __init__(self) -> None:
        self.heard: list[Stop] = []
        self._called = threading.Event()

    def __call__(self, stop: Stop) -> None:
        self.heard.append(stop)
        self._called.set()

    def wait(self) -> list[Stop]:
        """What was heard, once something was."""
        assert self._called.wait(20)
        return self.heard


@pytest.fixture
def listener() -> Listener:
    """Hears why the run has to stop."""
    return Listener()


@pytest.fixture
def beat(store: Store, lease: Lease, listener: Listener) -> Callable[..., Heartbeat]:
    """Makes the heartbeat of the run."""
    return lambda draining=lambda: False, drain_s=0.0: Heartbeat(
        store, lease, draining, drain_s, listener
    )


def test_the_lease_is_renewed(
    store: Store, lease: Lease, beat: Callable[..., Heartbeat], listener: Listener
) -> None:
    before = store.leases.held()
    with beat():
        while store.leases.held() == before:
            pass
    assert listener.heard == []


def test_a_cancel_is_heard(
    store: Store, lease: Lease, beat: Callable[..., Heartbeat], listener: Listener
) -> None:
    with beat():
        store.runs.cancel(lease.run_id)
        assert listener.wait() == [Stop.CANCELLED]


def test_a_lost_lease_is_heard(
    store: Store, lease: Lease, beat: Callable[..., Heartbeat], listener: Listener
) -> None:
    with beat():
        store.leases.abandon(store.leases.held()[0])
        assert listener.wait() == [Stop.LOST]


def test_a_worker_that_shuts_down_leaves_some_time(
    beat: Callable[..., Heartbeat], listener: Listener
) -> None:
    with beat(draining=lambda: True, drain_s=0.0):
        assert listener.wait() == [Stop.DRAINED]


def test_a_run_that_ends_in_that_time_is_not_stopped(
    beat: Callable[..., Heartbeat], listener: Listener
) -> None:
    asked = threading.Event()

    def draining() -> bool:
        asked.set()
        return True

    with beat(draining=draining, drain_s=1000.0):
        assert asked.wait(20)
    assert listener.heard == []


def test_without_the_store_the_run_stops_when_its_lease_is_over(
    store: Store,
    beat: Callable[..., Heartbeat],
    listener: Listener,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(store.leases, "lease_s", 0.2)
    with store.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE runs RENAME TO elsewhere")
    with beat():
        assert listener.wait() == [Stop.LOST]
