"""The connection goes to the address that was checked, under the name that was asked for."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading

import pytest

from tests.replay import ReplayServer
from virtual_lab.errors import ForbiddenAddressError, UnreachableHostError
from virtual_lab.sources.http import AddressRules, Fetcher, RequestPolicy
from virtual_lab.sources.http.transport import resolve

QUICK = RequestPolicy(interval=0, retries=0)


class Names:
    """A resolver that gives its answers in turn; the last one is repeated."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = list(answers)
        self.asked = 0

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked += 1
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


def test_the_name_stays_in_the_request(server: ReplayServer) -> None:
    server.on("/a", b"answer")
    rules = AddressRules(trusted=[("journal.example", server.port)])

    async def run() -> bytes:
        async with Fetcher(rules=rules, resolver=Names(["127.0.0.1"])) as client:
            url = f"http://journal.example:{server.port}/a"
            return (await client.get(url, policy=QUICK)).content

    assert asyncio.run(run()) == b"answer"
    assert server.asked[0].headers["host"] == f"journal.example:{server.port}"


def test_tls_asks_for_the_name_not_the_address() -> None:
    seen: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sni_callback = lambda _socket, name, _context: seen.append(name)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def shake() -> None:
            connection, _ = listener.accept()
            with connection, pytest.raises(OSError, match=r"."):
                context.wrap_socket(connection, server_side=True)

        thread = threading.Thread(target=shake)
        thread.start()
        rules = AddressRules(trusted=[("journal.example", port)])

        async def run() -> None:
            async with Fetcher(rules=rules, resolver=Names(["127.0.0.1"])) as client:
                await client.get(f"https://journal.example:{port}/", policy=QUICK)

        with pytest.raises(UnreachableHostError):
            asyncio.run(run())
        thread.join()
    assert seen == ["journal.example"]


def test_a_name_that_changes_its_address_gains_nothing() -> None:
    names = Names(["8.8.8.8", "127.0.0.1"], ["127.0.0.1"])

    async def run() -> None:
        async with Fetcher(resolver=names) as client:
            await client.get("http://rebind.example.org/", policy=QUICK)

    for looked_up in (1, 2):
        with pytest.raises(ForbiddenAddressError, match=r"rebind\.example\.org"):
            asyncio.run(run())
        assert names.asked == looked_up


def test_a_dead_address_does_not_hide_the_next(server: ReplayServer) -> None:
    server.on("/a", b"answer")
    rules = AddressRules(trusted=[("journal.example", server.port)])
    dead_first = Names(["127.99.99.99", "127.0.0.1"])

    async def run() -> bytes:
        async with Fetcher(rules=rules, resolver=dead_first) as client:
            url = f"http://journal.example:{server.port}/a"
            return (await client.get(url, policy=QUICK)).content

    assert asyncio.run(run()) == b"answer"


def test_a_resolver_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("virtual_lab.sources.http.client.CONNECT_TIMEOUT_S", 0.05)
    silence = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: silence.wait(30) and [])

    async def run() -> None:
        async with Fetcher() as client:
            await client.get("http://example.org/", policy=QUICK)

    with pytest.raises(UnreachableHostError, match=r"example\.org"):
        asyncio.run(run())
    silence.set()


def test_the_system_resolver_gives_each_address_once() -> None:
    assert set(asyncio.run(resolve("localhost", 80))) <= {"127.0.0.1", "::1"}
    with pytest.raises(OSError, match=r"."):
        asyncio.run(resolve("no-such-name.invalid", 80))
