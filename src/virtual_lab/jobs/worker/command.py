"""The command that starts a worker."""

from __future__ import annotations

import sys


def worker_command(concurrency: int | None = None, log_level: str = "info") -> list[str]:
    """The words of the command, for this Python.

    Args:
        concurrency: how many runs at once; as many as there are processors where None.
        log_level: the least important lines that Celery logs.
    """
    command = [sys.executable, "-m", "celery", "-A", "virtual_lab.jobs.worker.lifecycle", "worker"]
    # No talk among workers: it is needed for nothing here, and delays the start by a second.
    command += ["--without-mingle", "--without-gossip", f"--loglevel={log_level}"]
    if sys.platform == "win32":
        return [*command, "--pool=solo"]
    return command if concurrency is None else [*command, f"--concurrency={concurrency}"]
