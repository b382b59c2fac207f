"""The identity of a process: dead is only what certainly is."""

from __future__ import annotations

import subprocess
import sys

import pytest

from virtual_lab.jobs.worker import process_identity
from virtual_lab.jobs.worker.process_identity import is_dead, this_process

pytestmark = pytest.mark.slow

WHO = (
    "from virtual_lab.jobs.worker.process_identity import this_process;"
    " print(this_process(), flush=True)"
)


def test_a_process_lives_until_it_ends() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", f"{WHO}; input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout
        identity = other.stdout.readline().strip()
        assert not is_dead(identity)
        other.kill()
        other.wait()
        assert is_dead(identity)


def test_this_process_lives() -> None:
    assert not is_dead(this_process())


def test_a_number_that_was_given_to_another_process_does_not_deceive() -> None:
    place, number, started = this_process().rsplit("/", 2)
    assert started
    assert is_dead(f"{place}/{number}/{int(started) - 1}")


@pytest.mark.parametrize("identity", ["", "worker", "elsewhere/boot/1/4194304/1", "a/b/c/x/1"])
def test_of_what_runs_elsewhere_nothing_is_known(identity: str) -> None:
    assert not is_dead(identity)


def test_without_proc_a_process_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_identity, "_started", lambda pid: None)
    assert this_process().endswith("/")
    assert not is_dead(this_process())
    place, _, _ = this_process().rsplit("/", 2)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert is_dead(f"{place}/{ended.pid}/")
