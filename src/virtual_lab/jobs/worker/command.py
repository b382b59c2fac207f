"""The command that starts a worker."""

from __future__ import annotations

import sys


def worker_command(concurrency: int | None = None, log_level: str = "info") -> list[str]:
    """The arguments of the command, for this Python.

    Args:
        concurrency: how many runs at the same time; None for the number of processors.
        log_level: the least important lines that Celery logs.
    """
    command = [sys.executable, "-m", "celery", "-A", "virtual_lab.jobs.worker.lifecycle", "worker"]
    # Workers need not know of each other, and finding the others delays the start by a second.
    command += ["--without-mingle", "--without-gossip", f"--loglevel={log_level}"]
    if sys.platform == "win32":
        return [*command, "--pool=solo"]
    return command if concurrency is None else [*command, f"--concurrency={concurrency}"]
