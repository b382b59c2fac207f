"""``virtual-lab up`` with real processes: one command starts all, and one signal ends all."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from itertools import pairwise
from pathlib import Path

import pytest

from tests.acceptance.processes import PATIENCE_S, Processes, processes_in, wait_for
from virtual_lab.jobs.broker.embedded import EmbeddedBroker

QUERY = "Which foods need a novel food authorisation in the EU?"


class Up:
    """A running ``virtual-lab up``."""

    def __init__(self, processes: Processes, *options: str) -> None:
        self.processes = processes
        self.port = free_port()
        self.process = processes.start(
            *(sys.executable, "-m", "virtual_lab.cli", "up"),
            *("--port", str(self.port), "--workers", "1", *options),
            name="up",
        )
        wait_for(
            lambda: "To stop" in self.printed or self.process.poll() is not None,
            "the service to run",
        )
        assert self.process.poll() is None, self.printed

    @property
    def printed(self) -> str:
        """What stands on the terminal."""
        return self.processes.log("up").read_text(encoding="utf-8")

    def ask(self, path: str, body: object = None) -> tuple[int, dict[str, object]]:
        """Call the API."""
        with contextlib.closing(HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            connection.request(
                "GET" if body is None else "POST",
                path,
                None if body is None else json.dumps(body),
                {"Content-Type": "application/json"},
            )
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

    def is_well(self) -> bool:
        """Whether the API hears from the worker."""
        try:
            return self.ask("/api/celery/health")[0] == 200
        except (OSError, HTTPException):
            return False

    def everything(self) -> dict[int, str]:
        """Number and command of each process that uses this data folder, zombies left out."""
        return processes_of(self.processes.data)

    def pid_of(self, word: str) -> int:
        """The process that ``up`` started with ``word`` in its command."""
        return min(
            pid
            for pid, command in self.everything().items()
            if f" {word} " in command and parent_of(pid) == self.process.pid
        )

    def has_left_nothing(self) -> None:
        """Raises:
        AssertionError: a process, the port or the socket is still there.
        """
        wait_for(lambda: not self.everything(), f"the end of {self.everything()}")
        broker = EmbeddedBroker(self.processes.data / "broker")
        assert broker.pid is None
        assert not broker.socket.exists()
        with socket.create_server(("127.0.0.1", self.port)):
            pass


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def network_address() -> str:
    """An IPv4 address of this machine that is not loopback; "" where it has none."""
    lines = Path("/proc/net/fib_trie").read_text().splitlines()
    own = (above.split()[-1] for above, line in pairwise(lines) if "/32 host LOCAL" in line)
    return next((address for address in own if not address.startswith("127.")), "")


def processes_of(data: Path) -> dict[int, str]:
    """The processes whose environment names the folder ``data``."""
    mark = f"VIRTUAL_LAB_DATA_DIR={data}\0".encode()
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark in (folder / "environ").read_bytes():
                found[int(folder.name)] = (folder / "cmdline").read_text().replace("\0", " ")
    return {pid: command for pid, command in found.items() if command}


def parent_of(pid: int) -> int:
    """The parent of a process."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    """The service, started with one command."""
    with processes_in(tmp_path / "data") as processes:
        yield Up(processes)


def test_on_an_address_of_the_network_it_gets_ready_without_showing_a_key(tmp_path: Path) -> None:
    address = network_address()
    if not address:
        pytest.skip("this machine has no address but loopback")
    with processes_in(tmp_path / "data") as processes:
        adding = processes.start(
            *(sys.executable, "-m", "virtual_lab.cli", "keys", "add", "someone"), name="keys"
        )
        assert adding.wait(PATIENCE_S) == 0
        up = Up(processes, "--host", address)
        assert f"http://{address}:{up.port}" in up.printed
        up.process.send_signal(signal.SIGINT)
        assert up.process.wait(PATIENCE_S) == 0


def test_one_command_runs_everything_and_says_what_runs_where(up: Up) -> None:
    printed = up.printed
    for words in (
        f"http://127.0.0.1:{up.port}",
        f"http://127.0.0.1:{up.port}/docs",
        "1 run at a time",
        "Valkey in the data folder",
        str(up.processes.data),
        "extractive",
        "Ctrl-C",
    ):
        assert words in printed
    assert up.is_well()
    status, answer = up.ask("/api/research/async", {"query": QUERY})
    assert status == 202
    run_id = str(answer["task_id"])
    # The commands need the database only; here they look at what the service does.
    command = (sys.executable, "-m", "virtual_lab.cli")
    watched = up.processes.run(*command, "runs", "watch", run_id)
    assert watched.returncode == 0, watched.stderr
    assert "9/9" in watched.stdout
    assert up.processes.run(*command, "report", "show", run_id).stdout.startswith(f"# {QUERY}")
    second = up.processes.run(*command, "up", "--port", str(up.port))
    assert second.returncode == 1
    assert f"port {up.port} of 127.0.0.1 is taken" in second.stderr
    assert second.stderr.count("\n") == 1
    assert up.is_well()
    assert "Traceback" not in up.printed


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_all_in_order(up: Up, number: int) -> None:
    assert len(up.everything()) >= 4, "supervisor, broker, API, worker"
    assert up.processes.end(up.process, number) == 0
    assert up.printed.rstrip().endswith("Stopped.")
    assert "Traceback" not in up.printed
    up.has_left_nothing()


@pytest.mark.parametrize(("name", "word"), [("API", "serve"), ("worker", "worker")])
def test_a_part_that_dies_is_started_again(up: Up, name: str, word: str) -> None:
    dead = up.pid_of(word)
    os.kill(dead, signal.SIGKILL)
    wait_for(
        lambda: f"The {name} ended (signal SIGKILL) and is started again." in up.printed,
        "the death to be noticed",
    )
    wait_for(up.is_well, "the service to be well again")
    assert up.pid_of(word) != dead
    assert up.processes.end(up.process) == 0
    up.has_left_nothing()


def test_a_broker_that_dies_is_started_again(up: Up) -> None:
    broker = EmbeddedBroker(up.processes.data / "broker")
    dead = broker.pid
    assert dead
    os.kill(dead, signal.SIGKILL)
    wait_for(lambda: broker.pid not in (None, dead), "a new broker")
    wait_for(up.is_well, "the service to be well again")
    assert up.processes.end(up.process) == 0
    up.has_left_nothing()


def test_where_it_is_killed_itself_its_parts_end_too(up: Up) -> None:
    os.kill(up.process.pid, signal.SIGKILL)
    up.process.wait(PATIENCE_S)
    up.has_left_nothing()


def test_it_goes_on_where_nobody_reads_what_it_prints(processes: Processes) -> None:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "virtual_lab.cli", "up", "--port", str(port), "--workers", "1"],
        env=processes.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    processes.started.append(process)
    assert process.stdout
    for line in process.stdout:
        if b"is starting" in line:
            break
    process.stdout.close()

    def is_well() -> bool:
        with contextlib.closing(HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
            try:
                connection.request("GET", "/api/celery/health")
                return connection.getresponse().status == 200
            except (OSError, HTTPException):
                return False

    wait_for(is_well, "the service to be well")
    assert processes.end(process) == 0
    assert processes_of(processes.data) == {}
