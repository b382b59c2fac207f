"""Whether a worker answers, with the broker there, dead or frozen: never a hang."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.acceptance.processes import wait_for
from tests.acceptance.service import Service, service_in
from virtual_lab.errors import BrokerDownError, WorkerSilentError
from virtual_lab.store import RunState

HANG_S = 15.0
"""Far above the promised 3 and 5 s, for a busy machine; Celery's own calls hang 19 s and more."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with a worker that can do one thing at a time."""
    with service_in(tmp_path_factory.mktemp("broker") / "data") as service:
        service.start_worker("--concurrency=1")
        yield service


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A service without a worker."""
    with service_in(tmp_path / "data") as started:
        yield started


@contextmanager
def frozen(service: Service) -> Iterator[None]:
    """The broker stands still inside."""
    service.signal_broker(signal.SIGSTOP)
    try:
        yield
    finally:
        service.signal_broker(signal.SIGCONT)


@contextmanager
def dead(service: Service) -> Iterator[None]:
    """There is no broker inside, and nobody starts one."""
    embedded = service.queue.broker.embedded
    assert embedded
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedded, "start", lambda wait_s: None)

        def is_dead() -> bool:
            if embedded.pid:
                # More than once, because the dispatcher may just be starting another one.
                service.signal_broker(signal.SIGKILL)
            return embedded.pid is None

        wait_for(is_dead, "the broker to be dead")
        yield


def test_a_worker_is_asked_and_answers(running: Service) -> None:
    answer = running.queue.check_worker()
    assert answer == {"status": "ok", "message": "Celery worker is running"}


def test_a_busy_worker_answers_too(running: Service) -> None:
    run_id = running.submit(step_s=60.0)
    running.wait_for_call(run_id, "plan")
    assert running.queue.check_worker()["status"] == "ok"
    running.queue.cancel(run_id)
    running.wait_for_state(run_id, RunState.CANCELLED)


def test_without_a_worker_the_answer_is_that_it_is_silent(service: Service) -> None:
    started = time.monotonic()
    with pytest.raises(WorkerSilentError, match="virtual-lab worker"):
        service.queue.check_worker()
    assert time.monotonic() - started < HANG_S


@pytest.mark.parametrize("trouble", [frozen, dead])
def test_without_a_broker_the_answer_is_that_it_is_down(
    service: Service, trouble: Callable[[Service], AbstractContextManager[None]]
) -> None:
    with trouble(service):
        started = time.monotonic()
        with pytest.raises(BrokerDownError):
            service.queue.check_worker()
        assert time.monotonic() - started < HANG_S
