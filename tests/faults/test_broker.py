"""A broker that dies, forgets, is full or stands still: no run is lost, and none done twice."""

from __future__ import annotations

import fcntl
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from tests.acceptance.processes import wait_for
from tests.faults.conftest import MakeInstallation
from tests.faults.installation import Installation
from tests.faults.recording import Note
from virtual_lab.store import RunState

SUBMIT_S = 15.0
"""Longest time that a submit may take without a broker; Celery's own takes 19 s and more."""
MARK = "virtual-lab.mark"


@pytest.fixture
def busy(make: MakeInstallation) -> Iterator[tuple[Installation, str, str]]:
    """A worker that is busy with one run, while another one is queued behind it."""
    with make() as installation:
        installation.start_worker("--concurrency=1")
        working = installation.ask({"analyse.end": "hold"})
        installation.wait_for_trap(working, "analyse.end")
        waiting = installation.ask()
        wait_for(lambda: is_published(installation, waiting), "the run to be published")
        yield installation, working, waiting


def is_published(installation: Installation, run_id: str) -> bool:
    return installation.store.runs.get(run_id).published_at is not None


def assert_done(installation: Installation, note: Note, *run_ids: str) -> None:
    """All runs end in success, at their first attempt and with nothing paid twice."""
    since = time.monotonic()
    for run_id in run_ids:
        run = installation.ended_once(run_id)
        paid = installation.paid(run_id).total()
        note(run, paid, time.monotonic() - since)
        assert (run.state, run.attempt, run.crashes) == (RunState.SUCCESS, 1, 0)
        assert paid == note.undisturbed


def kill_broker(installation: Installation, forget: bool) -> None:
    """Kill the broker, and where it is to ``forget``, remove its file before anybody starts it."""
    embedded = installation.queue.broker.embedded
    assert embedded
    with (embedded.folder / "turn.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        installation.signal_broker(signal.SIGKILL)
        wait_for(lambda: embedded.pid is None, "the broker to be dead")
        if forget:
            shutil.rmtree(embedded.folder / "appendonlydir")


@pytest.mark.parametrize(
    "forget", [pytest.param(False, id="05_with_its_file"), pytest.param(True, id="06_empty")]
)
def test_05_06_a_broker_killed_and_restarted(
    forget: bool, busy: tuple[Installation, str, str], note: Note
) -> None:
    installation, working, waiting = busy
    first = installation.pid_of_broker()
    kill_broker(installation, forget)
    meanwhile = installation.ask()
    wait_for(lambda: is_published(installation, meanwhile), "the broker to be there again")
    assert installation.pid_of_broker() != first
    installation.release(working, "analyse.end")
    assert_done(installation, note, working, waiting, meanwhile)


def test_07_everything_in_the_broker_is_deleted(
    busy: tuple[Installation, str, str], note: Note
) -> None:
    installation, working, waiting = busy
    with installation.queue.broker.client() as client:
        client.flushall()
        wait_for(lambda: client.exists(MARK), "the loss to be noticed")
    installation.release(working, "analyse.end")
    assert_done(installation, note, working, waiting)


def test_08_the_broker_is_full(busy: tuple[Installation, str, str], note: Note) -> None:
    installation, working, waiting = busy
    with installation.queue.broker.client() as client:
        client.config_set("maxmemory-policy", "noeviction")
        client.config_set("maxmemory", "1")
        meanwhile = installation.ask()
        installation.release(working, "analyse.end")
        assert installation.ended_once(working).state is RunState.SUCCESS
        assert not is_published(installation, meanwhile)
        client.config_set("maxmemory", "0")
    assert_done(installation, note, working, waiting, meanwhile)


@contextmanager
def frozen(installation: Installation) -> Iterator[None]:
    """The broker stands still inside."""
    installation.signal_broker(signal.SIGSTOP)
    try:
        yield
    finally:
        installation.signal_broker(signal.SIGCONT)


def test_09_the_broker_stands_still_during_a_run(
    busy: tuple[Installation, str, str], note: Note
) -> None:
    installation, working, waiting = busy
    with frozen(installation):
        installation.release(working, "analyse.end")
        assert installation.ended_once(working).state is RunState.SUCCESS
    assert_done(installation, note, working, waiting)


@contextmanager
def dead(installation: Installation) -> Iterator[None]:
    """There is no broker inside, and nobody starts one."""
    embedded = installation.queue.broker.embedded
    assert embedded
    with (embedded.folder / "turn.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        installation.signal_broker(signal.SIGKILL)
        wait_for(lambda: embedded.pid is None, "the broker to be dead")
        yield


@pytest.mark.parametrize("trouble", [frozen, dead])
def test_09_a_submit_does_not_wait_for_the_broker(
    trouble: Callable[[Installation], AbstractContextManager[None]],
    installation: Installation,
    note: Note,
) -> None:
    with trouble(installation):
        asked = time.monotonic()
        run_id = installation.ask()
        assert time.monotonic() - asked < SUBMIT_S
        waiting = installation.store.runs.get(run_id)
        assert (waiting.state, waiting.published_at) == (RunState.PENDING, None)
    installation.start_worker()
    assert_done(installation, note, run_id)
