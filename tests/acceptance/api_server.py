"""A real API process for tests, on a free port of this machine."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from typing import Self

import httpx2

from tests.acceptance.processes import Processes, wait_for


class ApiServer:
    """``uvicorn server:app``, started again on the same port where it was killed."""

    def __init__(self, processes: Processes, app: str = "server:app", **environment: str) -> None:
        self._processes = processes
        self._app = app
        self._environment = environment
        self._port = _free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self.http = httpx2.Client(base_url=self.url, timeout=60, trust_env=False)
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        """Start the process, and wait until it answers."""
        self.process = self._processes.start(
            *(sys.executable, "-m", "uvicorn", self._app, "--port", str(self._port)),
            name="api",
            **self._environment,
        )
        wait_for(lambda: self._answers() or self.process.poll() is not None, "the API to answer")
        assert self.process.returncode is None, self.log()
        return self.process

    def kill(self) -> None:
        """Kill the process, without a chance to clean up."""
        self._processes.kill(self.process)

    def end(self) -> int:
        """What Ctrl-C does; gives the exit status."""
        return self._processes.end(self.process, signal.SIGINT)

    def log(self) -> str:
        """What the process wrote."""
        return self._processes.log("api").read_text(encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # The process is ended with all others of the test.
        self.http.close()

    def submit(self, query: str, **options: object) -> str:
        """Submit a question; gives the id of its task."""
        answer = self.http.post("/api/research/async", json={"query": query, **options})
        assert answer.status_code == 202, answer.text
        task_id: str = answer.json()["task_id"]
        return task_id

    def task(self, task_id: str) -> dict[str, object]:
        """The answer of the status call."""
        answer = self.http.get(f"/api/task/{task_id}")
        assert answer.status_code == 200, answer.text
        body: dict[str, object] = answer.json()
        return body

    def wait_for_end(self, task_id: str) -> dict[str, object]:
        """The answer of the status call, once the run has ended."""
        going = ("pending", "progress")
        wait_for(lambda: self.task(task_id)["status"] not in going, "the end of the run", 90)
        return self.task(task_id)

    def _answers(self) -> bool:
        try:
            return self.http.get("/health").is_success
        except httpx2.TransportError:
            return False


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        return port
