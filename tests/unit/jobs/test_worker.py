"""The step of a worker that looks after its children."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from kombu.asynchronous import Hub

from virtual_lab.jobs.worker import PoolKeeper, app


def test_the_pool_is_looked_after_once_also_when_the_broker_is_connected_anew() -> None:
    looks: list[None] = []
    worker = SimpleNamespace(pool=SimpleNamespace(maintain_pool=lambda: looks.append(None)))
    hub: Any = Hub()  # type: ignore[no-untyped-call]
    keeper = PoolKeeper(worker)
    keeper.register_with_event_loop(worker, hub)
    keeper.register_with_event_loop(worker, hub)
    [timer] = hub.timer.queue
    timer.entry()
    assert looks == [None]
    hub.close()


def test_every_worker_has_it() -> None:
    assert PoolKeeper in app.steps["worker"]
