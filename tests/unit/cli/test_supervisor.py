"""The supervisor, on small processes: it starts again what ends, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from virtual_lab.cli import supervisor as room
from virtual_lab.cli.supervisor import Supervisor
from virtual_lab.errors import ServiceError

pytestmark = pytest.mark.slow

PATIENCE_S = 60.0

NOTE = (
    "import os, signal, sys, time;"
    " note = lambda *_: print(os.getpid(), file=open(sys.argv[1], 'a'))"
)
LONG = f"{NOTE}; note(); time.sleep(600)"
BRIEF = f"{NOTE}; note(); sys.exit(3)"
STUBBORN = f"{NOTE}; signal.signal(signal.SIGTERM, note); note(); time.sleep(600)"
SLOW = (
    f"{NOTE}; end = lambda *_: (note(), time.sleep(0.5), note(), sys.exit());"
    " signal.signal(signal.SIGTERM, end); note(); time.sleep(600)"
)
WITH_CHILD = (
    "import subprocess, sys; subprocess.Popen([sys.executable, '-c', sys.argv[2], sys.argv[1]]); "
    + STUBBORN
)


@pytest.fixture
def note(tmp_path: Path) -> Path:
    """The file that the processes write their numbers to."""
    file = tmp_path / "pids"
    file.touch()
    return file


def pids(note: Path) -> list[int]:
    """The processes that were started so far."""
    return [int(line) for line in note.read_text().splitlines()]


def is_alive(pid: int) -> bool:
    """Whether a process runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def wait_for(condition: Callable[[], object]) -> None:
    """Wait until something is so."""
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def later(action: Callable[[], None]) -> threading.Thread:
    """Do something beside the supervisor, which needs the main thread for its signals."""
    thread = threading.Thread(target=action)
    thread.start()
    return thread


def signal_when(condition: Callable[[], object], number: int = signal.SIGTERM) -> threading.Thread:
    """Send a signal to this process once something is so."""

    def act() -> None:
        wait_for(condition)
        os.kill(os.getpid(), number)

    return later(act)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything(note: Path, number: int) -> None:
    supervisor = Supervisor(print, PATIENCE_S)
    with supervisor.on_duty():
        supervisor.add("sleeper", [sys.executable, "-c", LONG, str(note)])
        thread = signal_when(lambda: pids(note), number)
        supervisor.watch()
    thread.join()
    assert [pid for pid in pids(note) if is_alive(pid)] == []
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_part_that_is_killed_is_started_again(note: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor(said.append, PATIENCE_S)

    def kill_the_first() -> None:
        wait_for(lambda: pids(note))
        os.kill(pids(note)[0], signal.SIGKILL)

    with supervisor.on_duty():
        supervisor.add("sleeper", [sys.executable, "-c", LONG, str(note)])
        threads = [later(kill_the_first), signal_when(lambda: len(pids(note)) == 2)]
        supervisor.watch()
    for thread in threads:
        thread.join()
    assert said == ["The sleeper ended (signal SIGKILL) and is started again."]
    assert [pid for pid in pids(note) if is_alive(pid)] == []


def test_a_part_that_ends_again_and_again_is_given_up(
    note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_PAUSE_S", 0.0)
    said: list[str] = []
    supervisor = Supervisor(said.append, PATIENCE_S)
    with supervisor.on_duty():
        supervisor.add("sleeper", [sys.executable, "-c", BRIEF, str(note)])
        with pytest.raises(ServiceError, match=r"ended 5 times in a row \(exit status 3\)"):
            supervisor.watch()
    assert len(said) == 4


def test_a_part_that_cannot_start_ends_the_start(note: Path) -> None:
    supervisor = Supervisor(print, PATIENCE_S)
    with supervisor.on_duty():
        supervisor.add("first", [sys.executable, "-c", LONG, str(note)])
        supervisor.add("second", [sys.executable, "-c", BRIEF, str(note)])
        with pytest.raises(ServiceError, match=r"second ended at its start \(exit status 3"):
            supervisor.await_ready(lambda: False, PATIENCE_S)
    assert [pid for pid in pids(note) if is_alive(pid)] == []


def test_a_start_that_takes_too_long_is_given_up(note: Path) -> None:
    supervisor = Supervisor(print, PATIENCE_S)
    with supervisor.on_duty():
        supervisor.add("sleeper", [sys.executable, "-c", LONG, str(note)])
        with pytest.raises(ServiceError, match="not ready within 0 s"):
            supervisor.await_ready(lambda: False, 0.0)


def test_the_second_signal_ends_what_does_not_listen(note: Path) -> None:
    supervisor = Supervisor(print, patience_s=10 * PATIENCE_S)
    with supervisor.on_duty():
        supervisor.add("mule", [sys.executable, "-c", STUBBORN, str(note)])
        threads = [
            signal_when(lambda: len(pids(note)) == 1),
            signal_when(lambda: len(pids(note)) == 2, signal.SIGINT),  # it was asked to end
        ]
        supervisor.watch()
    for thread in threads:
        thread.join()
    assert not is_alive(pids(note)[0])


def test_a_terminal_that_closes_and_says_so_twice_is_in_no_hurry(note: Path) -> None:
    supervisor = Supervisor(print, PATIENCE_S)
    with supervisor.on_duty():
        supervisor.add("sloth", [sys.executable, "-c", SLOW, str(note)])
        threads = [
            signal_when(lambda: len(pids(note)) == 1, signal.SIGHUP),
            signal_when(lambda: len(pids(note)) == 2, signal.SIGHUP),
        ]
        supervisor.watch()
    for thread in threads:
        thread.join()
    assert len(pids(note)) == 3, "it came to its end"


def test_patience_has_an_end_and_children_of_a_part_end_with_it(note: Path) -> None:
    supervisor = Supervisor(print, patience_s=0.2)
    with supervisor.on_duty():
        command = [sys.executable, "-c", WITH_CHILD, str(note), STUBBORN]
        supervisor.add("mule", command)
        thread = signal_when(lambda: len(pids(note)) == 2)
        supervisor.watch()
    thread.join()
    wait_for(lambda: not any(map(is_alive, pids(note))))
