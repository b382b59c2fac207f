"""The switch itself: a test cannot reach another machine, and is told on."""

from __future__ import annotations

import asyncio
import errno
import socket
import urllib.request

import pytest

ELSEWHERE = "192.0.2.1"  # RFC 5737: an address that nobody has


def test_no_connection_leaves_this_machine(network_attempts: list[str]) -> None:
    with socket.socket() as client:
        with pytest.raises(OSError, match="no network"):
            client.connect((ELSEWHERE, 80))
        assert client.connect_ex((ELSEWHERE, 80)) == errno.ENETUNREACH
    assert told_on(network_attempts) == [ELSEWHERE, ELSEWHERE]


def test_no_name_is_looked_up(network_attempts: list[str]) -> None:
    with pytest.raises(OSError, match="no network"):
        urllib.request.urlopen("http://example.org/")
    assert told_on(network_attempts) == ["example.org"]


def test_asyncio_is_held_back_too(network_attempts: list[str]) -> None:
    with pytest.raises(OSError, match="no network"):
        asyncio.run(_connect(ELSEWHERE, 80))
    assert told_on(network_attempts) == [ELSEWHERE]


def test_this_machine_is_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname()):
            pass
        asyncio.run(_connect(*server.getsockname()))


def told_on(attempts: list[str]) -> list[str]:
    """What was tried; taken off the list, so that the test is not failed for it."""
    found = list(attempts)
    attempts.clear()
    return found


async def _connect(host: str, port: int) -> None:
    _, writer = await asyncio.open_connection(host, port)
    writer.close()
    await writer.wait_closed()
