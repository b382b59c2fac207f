"""What all tests share: the real documents, the mark ``slow``, and no network."""

from __future__ import annotations

import errno
import ipaddress
import logging
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import postgres, slow

if hasattr(signal, "SIGHUP"):
    # Under nohup it is ignored, here and in every process that a test starts and hangs up on.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
# A shell that starts the tests in the background lets them, and all that they start, ignore it.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--store",
        choices=("sqlite", "postgresql", "both"),
        help="stores of the fault suite; by default SQLite, and PostgreSQL where it matters",
    )


@pytest.hookimpl(tryfirst=True)  # before the tests are chosen by their marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if slow.is_slow(item):
            item.add_marker(pytest.mark.slow)


def pytest_configure(config: pytest.Config) -> None:
    slow.note_processes()
    # Of processes that take a file each, none is left with a long one at the end: the folders
    # whose tests start servers come first by name, and those of the shortest tests last.
    config.option.loadscopereorder = False


@pytest.hookimpl(tryfirst=True)  # before the fixtures of the test, and after those of others
def pytest_runtest_setup() -> None:
    slow.processes_started.clear()


@pytest.fixture(autouse=True)
def no_process(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test that started a process, itself or by its fixtures, and is not marked slow."""
    yield
    if request.node.get_closest_marker("slow") is None:
        assert not slow.processes_started, "mark the test slow"


@pytest.fixture(autouse=True)
def speaking_loggers() -> None:
    """Turns our loggers on again where a library that a test ran has turned them off."""
    logging.disable(logging.NOTSET)
    for name, logger in logging.root.manager.loggerDict.items():
        if name.startswith("virtual_lab") and isinstance(logger, logging.Logger):
            logger.disabled, logger.propagate = False, True


@pytest.fixture(autouse=True)
def no_network(network_attempts: list[str]) -> Iterator[None]:
    """Fails a test that tried to reach another machine, also where the code bore it."""
    network_attempts.clear()
    yield
    assert not network_attempts, f"the test tried to reach {network_attempts}"


@pytest.fixture(scope="session")
def network_attempts() -> Iterator[list[str]]:
    """The other machines that were asked for; none of them can be reached or looked up."""
    attempts: list[str] = []
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    getaddrinfo = socket.getaddrinfo

    def refused(family: int, host: object) -> bool:
        if family not in (socket.AF_INET, socket.AF_INET6) or is_this_machine(host):
            return False
        attempts.append(str(host))
        return True

    def local_connect(self: socket.socket, address: Any) -> None:
        if refused(self.family, address[0]):
            raise OSError(errno.ENETUNREACH, "tests have no network")
        connect(self, address)

    def local_connect_ex(self: socket.socket, address: Any) -> int:
        return errno.ENETUNREACH if refused(self.family, address[0]) else connect_ex(self, address)

    def local_getaddrinfo(host: Any, *args: Any, **options: Any) -> Any:
        nobodys = str(host).endswith(".invalid")  # RFC 6761: it never exists
        if nobodys or (not is_address(host) and refused(socket.AF_INET, host)):
            raise socket.gaierror(socket.EAI_NONAME, "tests have no network")
        return getaddrinfo(host, *args, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", local_connect)
        patch.setattr(socket.socket, "connect_ex", local_connect_ex)
        patch.setattr(socket, "getaddrinfo", local_getaddrinfo)
        yield attempts


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A PostgreSQL for the tests of this session; see ``tests/postgres.py``."""
    with postgres.running_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: postgres.Server) -> Iterator[str]:
    """The address of an empty PostgreSQL database of this test's own."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real documents, beside the repository; skips where it is missing."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("VIRTUAL_LAB_TEST_DATA", beside))
    if not folder.is_dir():
        pytest.skip(f"the test data is not there: {folder} (set VIRTUAL_LAB_TEST_DATA)")
    return folder


def is_this_machine(host: object) -> bool:
    """Whether a host is the loopback interface, or no host at all."""
    if host in (None, "", b"", "localhost", b"localhost", socket.gethostname()):
        return True
    return is_address(host) and ipaddress.ip_address(_text(host)).is_loopback


def is_address(host: object) -> bool:
    """Whether a host is written as a number."""
    try:
        ipaddress.ip_address(_text(host))
    except ValueError:
        return False
    return True


def _text(host: object) -> str:
    return host.decode() if isinstance(host, bytes) else str(host).partition("%")[0]
