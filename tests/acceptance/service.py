"""A service for tests: what the API does, in this process, and workers in slow motion."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.acceptance.processes import Processes, processes_in, wait_for
from virtual_lab.domain import EventKind, Question
from virtual_lab.jobs.dispatch.run_queue import RunQueue
from virtual_lab.store import RunState, Store, StoredRun

TOPIC = "Which foods need a novel food authorisation in the EU?"
RECOVERY_S = 90.0


class Service:
    """A queue of runs and the processes that work on it."""

    def __init__(self, processes: Processes, queue: RunQueue) -> None:
        self.processes = processes
        self.queue = queue

    @property
    def store(self) -> Store:
        """Where the runs are."""
        return self.queue.store

    def start_worker(
        self, *options: str, name: str = "worker", **environment: str
    ) -> subprocess.Popen[bytes]:
        """Start a worker in slow motion."""
        return self.processes.start_worker(
            *options, app="tests.acceptance.slow_worker", name=name, **environment
        )

    def submit(self, step_s: float, topic: str = TOPIC) -> str:
        """Submit a run whose calls of the analyst take ``step_s`` seconds each; gives its id."""
        return self.queue.submit(Question(topic=topic, constraints=str(step_s), model="none")).id

    def calls(self, run_id: str, word: str) -> list[str]:
        """The calls of a run that have begun ("begin") or ended ("end"), in order."""
        file = self.processes.data / "calls"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        mark = f"{run_id} {word} "
        return [line.removeprefix(mark) for line in lines if line.startswith(mark)]

    def wait_for_call(self, run_id: str, name: str) -> None:
        """Wait until a call has begun."""
        wait_for(lambda: name in self.calls(run_id, "begin"), f"the call {name}")

    def wait_for_state(self, run_id: str, *states: RunState) -> StoredRun:
        """The run, once it is in one of these states; in any final one where none is named."""

        def is_there() -> bool:
            state = self.store.runs.get(run_id).state
            return state in states if states else state.is_final

        wait_for(is_there, f"the state {states} of the run", RECOVERY_S)
        return self.store.runs.get(run_id)

    def kinds(self, run_id: str) -> list[EventKind]:
        """What the log of a run tells."""
        return [logged.event.kind for logged in self.store.events.after(run_id)]

    def pid_of(self, run_id: str) -> int:
        """The process that works on a run."""
        owner = self.store.runs.get(run_id).owner
        assert owner
        return int(owner.split("/")[-2])

    def pid_of_broker(self) -> int:
        """The process of the embedded broker."""
        assert self.queue.broker.embedded
        pid = self.queue.broker.embedded.pid
        assert pid
        return pid

    def signal_broker(self, number: int) -> None:
        """Send a signal to the embedded broker."""
        os.kill(self.pid_of_broker(), number)


@contextmanager
def service_in(data: Path) -> Iterator[Service]:
    """A service in the data folder ``data``, ended on leaving."""
    with processes_in(data) as processes, RunQueue(processes.settings) as queue:
        queue.broker.start()
        yield Service(processes, queue)
        processes.kill_all()
