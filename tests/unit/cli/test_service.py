"""The service's commands, before anything is started; tests/acceptance/test_up.py starts it."""

from __future__ import annotations

import os
import socket
import sys

import pytest

from tests.unit.cli.conftest import Command
from virtual_lab.cli import service


@pytest.mark.parametrize("name", ["up", "serve"])
def test_a_port_that_is_taken_is_one_line(command: Command, name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        outcome = command(name, "--port", str(port))
    assert outcome.status == 1
    assert outcome.err.count("\n") == 1
    assert f"port {port} of 127.0.0.1 is taken" in outcome.err
    assert "--port" in outcome.err


def test_an_address_of_another_machine_is_one_line(command: Command) -> None:
    outcome = command("up", "--host", "192.0.2.1", "--port", "8999")
    assert outcome.status == 1
    assert outcome.err.count("\n") == 1
    assert "port 8999 of 192.0.2.1" in outcome.err


@pytest.mark.parametrize("name", ["up", "serve"])
@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104
def test_without_a_key_other_machines_are_served_only_where_the_settings_say_so(
    command: Command, name: str, host: str
) -> None:
    outcome = command(name, "--host", host, "--port", str(_free_port()))
    assert outcome.status == 1
    assert outcome.err.count("\n") == 1
    assert "virtual-lab keys add NAME" in outcome.err
    assert "VIRTUAL_LAB_SERVE_NETWORK_WITHOUT_KEYS" in outcome.err


def test_the_settings_let_it_start_without_a_key(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIRTUAL_LAB_SERVE_NETWORK_WITHOUT_KEYS", "true")
    monkeypatch.setenv("REDIS_URL", f"redis://127.0.0.1:{_free_port()}/0")
    outcome = command("up", "--host", "0.0.0.0", "--port", str(_free_port()))  # noqa: S104
    assert outcome.err.startswith("virtual-lab: The message broker does not answer")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


def test_a_broker_that_is_down_is_one_line(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("REDIS_URL", f"redis://:hidden-password@127.0.0.1:{port}/0")
    outcome = command("up", "--port", str(port))
    assert outcome.status == 1
    assert outcome.err.startswith("virtual-lab: The message broker does not answer")
    assert outcome.err.count("\n") == 1
    assert "hidden-password" not in outcome.err


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),  # noqa: S104
        ("::", "http://[::1]:8000"),
        ("lab.local", "http://lab.local:8000"),
    ],
)
def test_the_address_shown_can_be_opened_on_this_machine(host: str, address: str) -> None:
    assert service._address(host, 8000) == address


def test_the_worker_takes_the_place_of_the_command(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []

    def execute(path: str, words: list[str]) -> None:
        started.append(words)
        raise SystemExit(0)

    monkeypatch.setattr(os, "execv", execute)
    assert command("worker", "-c", "2").status == 0
    [words] = started
    assert words[0] == sys.executable
    assert "--concurrency=2" in words


def test_on_windows_the_worker_is_solo(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []

    class Done:
        returncode = 4

    def run(words: list[str], check: bool) -> Done:
        started.append(words)
        return Done()

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr("subprocess.run", run)
    assert command("worker").status == 4
    assert "--pool=solo" in started[0]
