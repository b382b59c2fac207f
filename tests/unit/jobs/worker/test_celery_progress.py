"""The mirror: shows the latest progress, and holds nothing up."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from virtual_lab.jobs.worker import celery_progress
from virtual_lab.jobs.worker.celery_progress import CeleryProgress
from virtual_lab.store import RunProgress


def test_progress_is_shown_as_it_comes() -> None:
    told: list[dict[str, Any]] = []
    shown = threading.Event()

    def tell(meta: dict[str, Any]) -> None:
        told.append(meta)
        shown.set()

    with CeleryProgress(tell) as celery_progress:
        for current in (1, 2):
            celery_progress.show(RunProgress(current, 3, "going"))
            assert shown.wait(10)
            shown.clear()
    assert told == [
        {"current": 1, "total": 3, "status": "going"},
        {"current": 2, "total": 3, "status": "going"},
    ]


def test_what_comes_too_fast_is_skipped_but_for_the_latest() -> None:
    told: list[int] = []
    begun, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def tell(meta: dict[str, Any]) -> None:
        told.append(meta["current"])
        begun.set()
        go_on.wait(10)
        if meta["current"] == 9:
            done.set()

    with CeleryProgress(tell) as celery_progress:
        celery_progress.show(RunProgress(0, 9, ""))
        assert begun.wait(10)
        for current in range(1, 10):
            celery_progress.show(RunProgress(current, 9, ""))
        go_on.set()
        assert done.wait(10)
    assert told == [0, 9]


def test_nothing_is_shown_after_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    begun, go_on = threading.Event(), threading.Event()

    def tell(meta: dict[str, Any]) -> None:
        told.append(meta["current"])
        begun.set()
        go_on.wait(10)

    monkeypatch.setattr(celery_progress, "_LONGEST_END_S", 0.01)
    with CeleryProgress(tell) as hanging:
        hanging.show(RunProgress(1, 9, ""))
        assert begun.wait(10)
        hanging.show(RunProgress(2, 9, ""))
    # The broker hangs, but the run has gone on.
    go_on.set()
    hanging._thread.join(10)
    assert told == [1]


def test_a_broker_that_fails_does_not_end_the_mirror() -> None:
    shown = threading.Event()

    def tell(meta: dict[str, Any]) -> None:
        if meta["current"] == 1:
            failed.set()
            raise ConnectionError("gone")
        shown.set()

    failed = threading.Event()
    with CeleryProgress(tell) as celery_progress:
        celery_progress.show(RunProgress(1, 9, ""))
        assert failed.wait(10)
        celery_progress.show(RunProgress(2, 9, ""))
        assert shown.wait(10)
