"""The command that starts a worker."""

from __future__ import annotations

import sys

import pytest

from virtual_lab.jobs.worker.command import worker_command


def test_the_worker_is_one_of_this_python() -> None:
    command = worker_command(concurrency=3, log_level="warning")
    assert command[:6] == [
        *(sys.executable, "-m", "celery"), *("-A", "virtual_lab.jobs.worker.lifecycle", "worker"),
    ]  # fmt: skip
    assert {"--concurrency=3", "--loglevel=warning"} <= set(command)
    assert not any("concurrency" in word for word in worker_command())


def test_windows_cannot_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    command = worker_command(concurrency=3)
    assert "--pool=solo" in command
    assert not any("concurrency" in word for word in command)
