"""Who watches a run misses nothing and sees nothing twice, however often the connection breaks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from urllib.parse import urlsplit

import pytest

from tests.acceptance.api_server import ApiServer
from tests.faults.installation import Installation
from tests.faults.recording import Note
from virtual_lab.store import RunState

CLIENTS = 200
PATIENCE_S = 60.0
PLACES = ("plan.end", "critique.end")


@pytest.fixture(scope="module")
def api(running: Installation) -> Iterator[ApiServer]:
    """An API process beside the worker that goes on from test to test."""
    with ApiServer(running.processes) as server:
        yield server


class Client:
    """Reads the numbers of the events of a run."""

    def __init__(self, lines: asyncio.StreamReader) -> None:
        self._lines = lines

    async def read(self, count: int | None = None) -> list[int]:
        """The numbers of the next ``count`` events; of all until the end where None."""
        seen: list[int] = []
        while count is None or len(seen) < count:
            line = await asyncio.wait_for(self._lines.readline(), PATIENCE_S)
            if not line:
                break
            name, _, value = line.decode().strip().partition(": ")
            if name == "id":
                seen.append(int(value))
        return seen


@asynccontextmanager
async def watching(api: ApiServer, run_id: str, after: int | None = None) -> AsyncIterator[Client]:
    """A client that watches a run from the event that follows number ``after``."""
    address = urlsplit(api.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    seen = "" if after is None else f"Last-Event-ID: {after}\r\n"
    head = f"GET /api/task/{run_id}/events HTTP/1.1\r\nHost: {address.netloc}\r\n{seen}"
    with closing(writer):
        writer.write(f"{head}Connection: close\r\n\r\n".encode())
        yield Client(reader)


def numbers(installation: Installation, run_id: str) -> list[int]:
    """The numbers of all events of a run, as the store has them."""
    return [logged.seq for logged in installation.store.events.after(run_id)]


def test_18_a_client_dropped_and_resumed(running: Installation, api: ApiServer, note: Note) -> None:
    run_id = running.ask(dict.fromkeys(PLACES, "hold"))

    async def watch() -> list[int]:
        seen: list[int] = []
        for place in PLACES:
            await asyncio.to_thread(running.wait_for_trap, run_id, place)
            async with watching(api, run_id, seen[-1] if seen else None) as client:
                seen += await client.read(1)
            running.release(run_id, place)
        async with watching(api, run_id, seen[-1]) as client:
            return seen + await client.read()

    seen = asyncio.run(watch())
    run = running.ended_once(run_id)
    note(run, running.paid(run_id).total())
    assert run.state is RunState.SUCCESS
    assert seen == numbers(running, run_id)


def test_18_two_hundred_clients_on_one_run(
    running: Installation, api: ApiServer, note: Note
) -> None:
    run_id = running.ask({"plan.end": "hold"})
    running.wait_for_trap(run_id, "plan.end")
    watchers = asyncio.Barrier(CLIENTS + 1)

    async def watch() -> list[int]:
        async with watching(api, run_id) as client:
            first = await client.read(1)
            await watchers.wait()
            return first + await client.read()

    async def watch_all() -> list[list[int]]:
        tasks = [asyncio.create_task(watch()) for _ in range(CLIENTS)]
        await asyncio.wait_for(watchers.wait(), PATIENCE_S)
        running.release(run_id, "plan.end")
        return await asyncio.gather(*tasks)

    seen = asyncio.run(watch_all())
    run = running.ended_once(run_id)
    note(run, running.paid(run_id).total())
    assert run.state is RunState.SUCCESS
    assert seen == [numbers(running, run_id)] * CLIENTS
