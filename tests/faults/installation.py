"""An installation for fault tests: queue, workers and a model endpoint that counts its calls."""

from __future__ import annotations

import itertools
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from tests.acceptance.processes import Processes, processes_in, wait_for
from tests.acceptance.service import Service
from tests.faults.recording import Note
from virtual_lab.domain import EventKind, Question
from virtual_lab.jobs.dispatch.run_queue import RunQueue
from virtual_lab.store import RunState, StoredRun
from virtual_lab.testing import ModelServer, RequestKind

TOPIC = "What does the safety assessment of foods from new genomic techniques require?"
KEY = "sk-test-0123456789abcdef"
CALLS = {
    "gather": 0,
    "plan": 1,
    "analyse": 3,
    "critique": 4,
    "summarise": 8,
    "synthesise": 8,
    "verify": 8,
}
"""How many model calls a run has made by the end of each node, with what runs beside the node."""
LEASE_S = 6.0
"""Length of a lease in these tests; 60 s by default."""

_cases = itertools.count(1)


class Installation(Service):
    """Everything that takes part in a run, each in processes of its own but for the endpoint."""

    def __init__(self, processes: Processes, queue: RunQueue, server: ModelServer) -> None:
        super().__init__(processes, queue)
        self.server = server
        self._marks: dict[str, str] = {}

    def start_worker(
        self, *options: str, name: str = "worker", before: Sequence[str] = (), **environment: str
    ) -> subprocess.Popen[bytes]:
        """Start a worker with traps."""
        return self.processes.start_worker(
            *(options or ("--concurrency=2",)),
            app="tests.faults.worker",
            name=name,
            before=before,
            **environment,
        )

    def ask(self, traps: dict[str, str] | None = None, **options: object) -> str:
        """Submit a small run with a model: two specialists, one round. Gives its id.

        Args:
            traps: deeds by the places where they happen; see ``worker``.
            options: of the question.
        """
        run_id = str(uuid4())
        self._marks[run_id] = mark_of(next(_cases))
        for place, deed in (traps or {}).items():
            self.lay(run_id, place, deed)
        asked = {"topic": f"{TOPIC} {self._marks[run_id]}", "rounds": 1, "specialists": 2}
        self.store.runs.submit(Question.model_validate(asked | options), run_id=run_id)
        self.queue.wake()
        return run_id

    def lay(self, run_id: str, place: str, deed: str) -> None:
        """Lay a trap."""
        trap = self.processes.data / "traps" / run_id / place
        trap.parent.mkdir(parents=True, exist_ok=True)
        trap.write_text(deed, encoding="utf-8")

    def disarm(self, run_id: str, place: str) -> None:
        """Take a trap away that would spring again."""
        (self.processes.data / "traps" / run_id / place).unlink()

    def wait_for_trap(self, run_id: str, place: str) -> None:
        """Wait until a trap has sprung and the run stands still."""
        wait_for(self._sprung(run_id, place).exists, f"the run to come to {place}")

    def release(self, run_id: str, place: str) -> None:
        """Let a run go on that stands still."""
        self._sprung(run_id, place).unlink()

    def wait_for_strike(self, before: int) -> None:
        """Wait until a fault has struck at the endpoint, after the first ``before`` of them."""
        wait_for(lambda: len(self.server.struck) > before, "the fault to strike")

    def paid(self, run_id: str) -> Counter[RequestKind]:
        """The calls of a run that the endpoint has answered, by what was asked for."""
        mark = self._marks[run_id]
        return Counter(
            served.ask.kind
            for served in list(self.server.served)
            if served.fault is None and mark in served.ask.text
        )

    def wait_for_books(self, run_id: str, calls: int) -> None:
        """Wait until so many calls of a run were answered and are in its ledger; none is under
        way then that would be paid for in vain."""
        wait_for(
            lambda: len(self.store.ledger.calls(run_id)) == self.paid(run_id).total() == calls,
            f"{calls} calls to be paid and kept",
        )

    def wait_for_attempt(self, run_id: str, attempt: int, since: float) -> float:
        """Seconds from ``since`` (``time.monotonic``) until a run is worked on again."""

        def is_there() -> bool:
            run = self.store.runs.get(run_id)
            return run.attempt >= attempt and run.state is not RunState.PENDING

        wait_for(is_there, f"attempt {attempt} of the run", 100)
        return time.monotonic() - since

    def recovery_s(self, run_id: str, since: float, note: Note) -> float:
        """Seconds from ``since`` (``time.monotonic``), when a run lost its worker, until it was
        worked on again; it succeeds then, and nothing of it is paid twice."""
        recovered_s = self.wait_for_attempt(run_id, 2, since)
        run = self.ended_once(run_id)
        paid = self.paid(run_id).total()
        note(run, paid, recovered_s)
        assert (run.state, run.attempt) == (RunState.SUCCESS, 2)
        assert self.kinds(run_id).count(EventKind.REQUEUED) == 1
        assert paid == note.undisturbed
        assert self.repaid(run_id) == []
        return recovered_s

    def ended_once(self, run_id: str) -> StoredRun:
        """The run, once it has ended; it has done so once, and has one report at the most."""
        run = self.wait_for_state(run_id)
        told = self.kinds(run_id)
        ends = (EventKind.FINISHED, EventKind.FAILED, EventKind.CANCELLED)
        assert sum(kind in ends for kind in told) == 1, told
        assert told[-1] in ends
        reports = self.store.reports.versions(run_id)
        assert len(reports) == (run.state is RunState.SUCCESS)
        logged = self.store.events.after(run_id)
        assert [entry.seq for entry in logged] == list(range(1, len(logged) + 1))
        return run

    def repaid(self, run_id: str) -> list[str]:
        """The calls that were paid for again although their answer was kept; [] if all is well."""
        keys = Counter(call.key for call in self.store.ledger.calls(run_id) if call.answer)
        return [key for key, times in keys.items() if times > 1]

    def _sprung(self, run_id: str, place: str) -> Path:
        return self.processes.data / "traps" / run_id / f"{place}.sprung"


def mark_of(number: int) -> str:
    """What tells the question of one run from those of others.

    It is a word of letters that no document has: a number would be found in some of them, and
    change which passages a run reads, and with them how many calls it makes.
    """
    letters = (chr(ord("a") + number // 26**place % 26) for place in (2, 1, 0))
    return f"(case zqx{''.join(letters)})"


def children_of(pid: int) -> list[int]:
    """The processes that a process has started."""
    file = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(number) for number in file.read_text().split()] if file.exists() else []


@contextmanager
def installation_in(
    data: Path,
    database_url: str = "",
    server: ModelServer | None = None,
    dispatching: bool = True,
    **environment: str,
) -> Iterator[Installation]:
    """An installation in the data folder ``data`` without a worker, ended on leaving.

    Args:
        database_url: of an empty database; a file in the data folder where "".
        server: the model endpoint; one without faults where None.
        dispatching: whether this process looks after the runs as well, as an API process does.
        environment: of all its processes.
    """
    with processes_in(data) as processes, server or ModelServer() as endpoint:
        processes.environment |= {
            "DATABASE_URL": database_url,
            "OPENAI_BASE_URL": endpoint.base_url,
            "OPENAI_API_KEY": KEY,
            "VIRTUAL_LAB_ONLY_LOCAL_MODELS": "true",
            "VIRTUAL_LAB_PASSAGES": "6",
            "VIRTUAL_LAB_CALL_BACKOFF_S": "0.05",
            "VIRTUAL_LAB_LEASE_S": str(LEASE_S),
            **environment,
        }
        queue = RunQueue(processes.settings)
        queue.broker.start()
        if dispatching:
            queue.start()
        try:
            yield Installation(processes, queue, endpoint)
        finally:
            processes.kill_all()
            queue.stop()
