"""Watching leases: what is renewed lives, whatever any other clock says."""

from __future__ import annotations

import pytest

from virtual_lab.jobs.dispatch.lease_watch import LeaseWatch
from virtual_lab.store import HeldRun


class Clock:
    """Goes forward when it is told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def lease(until: float, run_id: str = "run", attempt: int = 1) -> HeldRun:
    return HeldRun(run_id, attempt, "worker", until)


def test_a_lease_that_is_not_renewed_runs_out() -> None:
    clock = Clock()
    watch = LeaseWatch(60.0, clock)
    assert watch.lapsed([lease(5.0)]) == []
    clock.now += 60.0
    assert watch.lapsed([lease(5.0)]) == []
    clock.now += 0.1
    assert watch.lapsed([lease(5.0)]) == [lease(5.0)]


@pytest.mark.parametrize("wrong_s", [-300.0, 0.0, 300.0])
def test_a_lease_that_is_renewed_lives_also_where_its_clock_is_wrong(wrong_s: float) -> None:
    clock = Clock()
    watch = LeaseWatch(60.0, clock)
    for _ in range(20):
        assert watch.lapsed([lease(clock.now + wrong_s)]) == []
        clock.now += 10.0


def test_a_clock_that_is_put_back_renews_all_the_same() -> None:
    clock = Clock()
    watch = LeaseWatch(60.0, clock)
    assert watch.lapsed([lease(1000.0)]) == []
    clock.now += 50.0
    assert watch.lapsed([lease(700.0)]) == []
    clock.now += 50.0
    assert watch.lapsed([lease(700.0)]) == []


def test_a_run_that_is_claimed_again_begins_a_lease_of_its_own() -> None:
    clock = Clock()
    watch = LeaseWatch(60.0, clock)
    watch.lapsed([lease(5.0)])
    clock.now += 61.0
    assert watch.lapsed([lease(5.0, attempt=2)]) == []
