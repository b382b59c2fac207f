"""The step of a worker that looks after its children."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import pytest
from celery import signals
from kombu.asynchronous import Hub

from virtual_lab.jobs.worker import lifecycle
from virtual_lab.jobs.worker.lifecycle import PoolKeeper, app
from virtual_lab.messages import Language
from virtual_lab.messages.catalogue import _texts
from virtual_lab.settings import Settings


def test_the_pool_is_looked_after_once_also_when_the_broker_is_connected_anew() -> None:
    looks: list[None] = []
    keeping = SimpleNamespace(pool=SimpleNamespace(maintain_pool=lambda: looks.append(None)))
    hub: Any = Hub()  # type: ignore[no-untyped-call]
    keeper = PoolKeeper(keeping)
    keeper.register_with_event_loop(keeping, hub)
    keeper.register_with_event_loop(keeping, hub)
    [timer] = hub.timer.queue
    timer.entry()
    assert looks == [None]
    hub.close()


def test_every_worker_has_it() -> None:
    assert PoolKeeper in app.steps["worker"]


def test_a_worker_that_cannot_load_what_runs_need_takes_no_messages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(settings: Settings) -> None:
        raise ImportError("half of an upgrade")

    monkeypatch.setattr(lifecycle, "preload", fail)
    monkeypatch.setattr(lifecycle, "set_up_worker_logs", lambda settings: None)
    with pytest.raises(SystemExit):
        signals.worker_init.send(sender=None)


def test_the_words_of_runs_are_read_before_the_worker_forks(tmp_path: Path) -> None:
    _texts.cache_clear()
    lifecycle.preload(Settings(data_dir=tmp_path, REDIS_URL=None, DATABASE_URL=None))
    read = _texts.cache_info().misses
    for area in ("extractive", "lab", "model", "report", "run_log"):
        for language in get_args(Language):
            _texts(language, area)
    assert _texts.cache_info().misses == read
