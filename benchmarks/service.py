"""How much a running service takes: ``python -m benchmarks.service [--url URL]``.

Against a running ``virtual-lab up`` (or uvicorn and a worker) it measures, in this order:

- queued to started: one trivial run after the other, each submitted while nothing else runs;
- the status of the last of them: calls/s with p50 and p99, over a few kept-alive connections;
- submits/s with p50 and p99, over the same;
- trivial runs completed/s, until all that were submitted have ended;
- PSS (proportional set size) of the children of a worker, idle and while they work (Linux; of
  all Celery workers on this machine where ``--worker`` names none).

A trivial run has one round over the starter library and no model. One line of JSON is printed;
times are in milliseconds unless named otherwise. The client shares the processors with what it
measures.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import urlsplit

TRIVIAL = {"query": "Which foods need a novel food authorisation?", "rounds": 1, "model": "none"}
_FINAL = ("success", "failure", "cancelled")
_SAMPLE_S = 0.2


class Connection:
    """One kept-alive HTTP/1.1 connection, with as little of its own work as possible."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def call(self, method: str, path: str, body: object = None) -> Any:
        """The JSON of an answer; an error ends the benchmark."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        content = b"" if body is None else json.dumps(body).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        writer.write(head.encode() + content)
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        lengths = [line for line in lines if line.lower().startswith("content-length:")]
        answer = await reader.readexactly(int(lengths[0].partition(":")[2]))
        status = int(lines[0].split()[1])
        assert 200 <= status < 300, f"{method} {path}: {status} {answer[:200]!r}"
        return json.loads(answer)

    def close(self) -> None:
        """Close it."""
        if self._streams:
            self._streams[1].close()


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service")
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--submits", type=int, default=400)
    parser.add_argument("--statuses", type=int, default=2000)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--starts", type=int, default=10, help="runs for queued to started")
    parser.add_argument("--worker", type=int, help="process id of the worker's parent")
    options = parser.parse_args()
    print(json.dumps(asyncio.run(_measure(options))))


async def _measure(options: argparse.Namespace) -> dict[str, object]:
    address = urlsplit(options.url)
    host, port = address.hostname or "127.0.0.1", address.port or 80
    connections = [Connection(host, port) for _ in range(options.connections)]
    first = connections[0]
    idle = _pss_mb(options.worker)
    waits = [await _queued_to_started(first) for _ in range(options.starts)]
    last = (await first.call("GET", "/api/tasks?limit=1"))["tasks"][0]["task_id"]
    statuses = await _ask(connections, last, options.statuses)
    with _sampled(lambda: _pss_mb(options.worker)) as busy:
        began = time.monotonic()
        submits, ids = await _submit(connections, options.submits)
        await _wait_for(first, ids)
        took = time.monotonic() - began
    for connection in connections:
        connection.close()
    return {
        "connections": options.connections,
        **_figures("status", statuses, options.connections),
        **_figures("submit", submits, options.connections),
        "queued_to_started_p50_ms": round(statistics.median(waits), 1),
        "queued_to_started_max_ms": round(max(waits), 1),
        "runs": len(ids),
        "runs_per_s": round(len(ids) / took, 1),
        "idle_child_pss_mb": max(idle, default=None),
        "busy_child_pss_mb": max((size for sizes in busy for size in sizes), default=None),
    }


async def _queued_to_started(connection: Connection) -> float:
    """Milliseconds from a submit to its start, by the clock of the store."""
    task_id = (await connection.call("POST", "/api/research/async", TRIVIAL))["task_id"]
    await _wait_for(connection, [task_id])
    listed = (await connection.call("GET", "/api/tasks?limit=1"))["tasks"][0]
    assert listed["task_id"] == task_id, "somebody else uses this service"
    created, started = map(datetime.fromisoformat, (listed["created_at"], listed["started_at"]))
    return (started - created).total_seconds() * 1000


async def _submit(connections: list[Connection], count: int) -> tuple[list[float], list[str]]:
    ids: list[str] = []

    async def submit(connection: Connection) -> None:
        ids.append((await connection.call("POST", "/api/research/async", TRIVIAL))["task_id"])

    return await _timed(connections, count, submit), ids


async def _ask(connections: list[Connection], task_id: str, count: int) -> list[float]:
    return await _timed(
        connections, count, lambda connection: connection.call("GET", f"/api/task/{task_id}")
    )


async def _timed(
    connections: list[Connection], count: int, call: Callable[[Connection], Any]
) -> list[float]:
    """Seconds that each of ``count`` calls took, spread over the connections."""
    times: list[float] = []
    left = iter(range(count))

    async def work(connection: Connection) -> None:
        for _ in left:
            began = time.perf_counter()
            await call(connection)
            times.append(time.perf_counter() - began)

    await asyncio.gather(*map(work, connections))
    return times


async def _wait_for(connection: Connection, ids: list[str]) -> None:
    """Wait until all these runs have ended; all of them must have succeeded."""
    for task_id in ids:
        while True:
            status = (await connection.call("GET", f"/api/task/{task_id}"))["status"]
            if status in _FINAL:
                assert status == "success", f"{task_id}: {status}"
                break
            await asyncio.sleep(0.02)


def _figures(name: str, times: list[float], connections: int) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return {
        # Every connection was busy all the time.
        f"{name}_per_s": round(len(times) / (sum(times) / connections)),
        f"{name}_p50_ms": round(cuts[49] * 1000, 1),
        f"{name}_p99_ms": round(cuts[98] * 1000, 1),
    }


@contextmanager
def _sampled(sample: Callable[[], list[float]]) -> Iterator[list[list[float]]]:
    """What ``sample`` gives from time to time, while inside."""
    taken: list[list[float]] = []
    ended = Event()

    def run() -> None:
        while not ended.wait(_SAMPLE_S):
            taken.append(sample())

    thread = Thread(target=run, daemon=True)
    thread.start()
    try:
        yield taken
    finally:
        ended.set()
        thread.join()


def _pss_mb(worker: int | None) -> list[float]:
    """The PSS of every child of a worker (of all that can be seen where None), in megabytes."""
    seen = _processes()
    celery = {pid for pid, (_, words) in seen.items() if "celery" in words}
    parents = celery if worker is None else {worker}
    sizes = []
    for pid in celery:
        if seen[pid][0] not in parents:
            continue
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        except OSError:
            continue
        line = next(line for line in text.splitlines() if line.startswith("Pss:"))
        sizes.append(round(int(line.split()[1]) / 1024, 1))
    return sizes


def _processes() -> dict[int, tuple[int, str]]:
    """Parent and command line of every process that can be seen."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            parent = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1]
        except (OSError, UnicodeDecodeError):
            continue
        found[int(folder.name)] = (int(parent), words)
    return found


if __name__ == "__main__":
    main()
