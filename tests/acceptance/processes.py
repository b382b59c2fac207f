"""Real processes for tests: started in a data folder of their own, and ended by the test."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pydantic import SecretStr

from virtual_lab.jobs.broker.embedded import EmbeddedBroker
from virtual_lab.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[2]
PATIENCE_S = 60.0
"""Longest wait for what must come; it is long so that a slow machine fails no test."""


class Processes:
    """The processes of one test; all of them use the data folder ``data``, and log there too where
    ``logs`` is not set to another folder."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.logs = data
        data.mkdir(parents=True, exist_ok=True)
        self.environment = {
            **os.environ,
            "VIRTUAL_LAB_DATA_DIR": str(data),
            # An empty value counts as unset, and wins over a developer's own .env.
            "REDIS_URL": "",
            "DATABASE_URL": "",
            "OPENAI_API_KEY": "",
            "TAVILY_API_KEY": "",
            "PYTHONPATH": str(REPOSITORY),
        }
        self.started: list[subprocess.Popen[bytes]] = []

    @property
    def settings(self) -> Settings:
        """The settings of these processes."""
        return Settings(
            data_dir=self.data,
            REDIS_URL=None,
            DATABASE_URL=SecretStr(self.environment["DATABASE_URL"]),
        )

    def start(self, *command: str, name: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start a command; what it prints goes to the file ``name``.log in ``logs``."""
        with self.log(name).open("ab") as output:
            process = subprocess.Popen(
                command,
                cwd=REPOSITORY,
                env={**self.environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def start_worker(
        self,
        *options: str,
        app: str = "celery_app",
        name: str = "worker",
        before: Sequence[str] = (),
        **environment: str,
    ) -> subprocess.Popen[bytes]:
        """Start a Celery worker, through the command ``before``; wait until it is ready."""
        ready = self._ready(name)
        process = self.start(
            *(*before, sys.executable, "-m", "celery", "-A", app, "worker", "--without-mingle"),
            *(options or ("--concurrency=2",)),
            name=name,
            **environment,
        )
        wait_for(
            lambda: self._ready(name) > ready or process.poll() is not None,
            "the worker to be ready",
        )
        if process.returncode is not None:
            raise AssertionError(self.log(name).read_text(encoding="utf-8"))
        return process

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            command,
            cwd=REPOSITORY,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE_S,
            check=False,
        )

    def log(self, name: str) -> Path:
        """The file that a process writes to."""
        return self.logs / f"{name}.log"

    def end(self, process: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> int:
        """Send a signal to a process, and wait for its end."""
        process.send_signal(number)
        return process.wait(PATIENCE_S)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kill a process together with its children, without a chance to clean up."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE_S)

    def kill_all(self) -> None:
        """Kill what still runs; tests of an orderly end use ``end``."""
        for process in self.started:
            if process.poll() is None:
                self.kill(process)

    def stop_broker(self) -> None:
        """Stop an embedded broker whose users were all killed: who joins it now leaves last."""
        broker = EmbeddedBroker(self.data / "broker")

        def is_gone() -> bool:
            # Children of a killed worker hold on to it for some moments more.
            if broker.pid:
                broker.start()
                broker.stop()
            return broker.pid is None

        wait_for(is_gone, "the broker to be left by all")

    def _ready(self, name: str) -> int:
        log = self.log(name)
        return log.read_text(encoding="utf-8").count(" ready.") if log.is_file() else 0


@contextmanager
def processes_in(data: Path) -> Iterator[Processes]:
    """Processes that use the data folder ``data``; none is left on leaving."""
    processes = Processes(data)
    try:
        yield processes
    finally:
        processes.kill_all()
        processes.stop_broker()


def wait_for(condition: Callable[[], object], what: str, patience_s: float = PATIENCE_S) -> None:
    """Wait until ``condition`` is true.

    Raises:
        AssertionError: it never became true.
    """
    until = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < until, f"waited {patience_s} s for {what}"
        time.sleep(0.02)
