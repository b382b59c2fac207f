"""``verify_celery.py`` ended by a signal, with real processes: nothing that it started is left."""

from __future__ import annotations

import signal
import sys

import pytest

from tests.acceptance.processes import PATIENCE_S, Processes, wait_for
from tests.acceptance.test_up import processes_of
from virtual_lab.jobs.broker.embedded import EmbeddedBroker

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")

EARLY = "broker answers"
LATE = "tasks.health_check says"


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        (EARLY, signal.SIGTERM),
        (EARLY, signal.SIGINT),
        (EARLY, signal.SIGHUP),
        (EARLY, signal.SIGKILL),
        ("starting one", signal.SIGKILL),
        (LATE, signal.SIGTERM),
        (LATE, signal.SIGKILL),
    ],
)
def test_a_signal_leaves_neither_worker_nor_broker(
    processes: Processes, moment: str, number: int
) -> None:
    check = processes.start(sys.executable, "verify_celery.py", name="check")
    log = processes.log("check")
    wait_for(lambda: moment in log.read_text(encoding="utf-8"), moment)
    assert EmbeddedBroker(processes.data / "broker").pid, "there is something to end"
    check.send_signal(number)
    assert check.wait(PATIENCE_S) != 0
    broker = EmbeddedBroker(processes.data / "broker")
    wait_for(lambda: broker.pid is None, "the end of the broker")
    wait_for(lambda: not processes_of(processes.data), "the end of all processes")
    assert not broker.socket.exists()
    assert "Traceback" not in log.read_text(encoding="utf-8")
