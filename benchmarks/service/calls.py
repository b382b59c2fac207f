"""Calls of the service, and how long they take."""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections.abc import Callable
from datetime import datetime
from itertools import count
from typing import Any

QUESTIONS = (
    "Which foods need a novel food authorisation?",
    "What must a risk assessment of living modified organisms cover?",
    "How is the allergenicity of a new protein in food assessed?",
    "When must genetically modified food be labelled?",
    "신규 식품의 안전성은 어떻게 심사하나요?",
    "유전자변형생물체의 위해성 평가 항목은 무엇인가요?",
    "유전자 편집 작물은 어떻게 규제되나요?",
    "식품 알레르기 유발성은 어떻게 평가하나요?",
)
"""What the trivial runs ask in turn, so that nothing is fast only because it was asked before."""

asked = list(QUESTIONS)
"""The same, unless one question is given for all."""

_turn = count()
_APART_S = 0.1  # of two looks at a run: each takes time from what is measured
_KEPT_S = 3.0  # for so long a connection is used again; the server closes it after 5 s
_FINAL = ("success", "failure", "cancelled")


class Connection:
    """One kept-alive HTTP/1.1 connection, with as little of its own work as possible."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._used_at = 0.0

    async def call(
        self, method: str, path: str, body: object = None, *, allowed: int | None = None
    ) -> Any:
        """The JSON of an answer; an error other than ``allowed`` ends the benchmark."""
        if time.monotonic() - self._used_at > _KEPT_S:
            self.close()
        if self._streams is None or self._streams[0].at_eof():
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
        self._used_at = time.monotonic()
        status = int(lines[0].split()[1])
        assert 200 <= status < 300 or status == allowed, (
            f"{method} {path}: {status} {answer[:200]!r}"
        )
        return json.loads(answer)

    def close(self) -> None:
        """Close it."""
        if self._streams:
            self._streams[1].close()
        self._streams = None


async def timed(
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


async def wait_for(connection: Connection, ids: list[str]) -> None:
    """Wait until all these runs have ended; all of them must have succeeded."""
    for task_id in ids:
        while True:
            status = (await connection.call("GET", f"/api/task/{task_id}"))["status"]
            if status in _FINAL:
                assert status == "success", f"{task_id}: {status}"
                break
            await asyncio.sleep(_APART_S)


def figures(name: str, times: list[float], connections: int) -> dict[str, float]:
    """What is told of calls that took so many seconds: how many a second, p50 and p99."""
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return {
        # Every connection was busy all the time.
        f"{name}_per_s": round(len(times) / (sum(times) / connections)),
        f"{name}_p50_ms": round(cuts[49] * 1000, 1),
        f"{name}_p99_ms": round(cuts[98] * 1000, 1),
    }


def trivial() -> dict[str, object]:
    """The body of the next trivial run."""
    return {"query": asked[next(_turn) % len(asked)], "rounds": 1, "model": "none"}


async def submit(connection: Connection, **options: object) -> str:
    """Submit a trivial run; gives its id."""
    answer = await connection.call("POST", "/api/research/async", {**trivial(), **options})
    return str(answer["task_id"])


async def queued_to_started(connection: Connection) -> float:
    """Milliseconds from the submit of a trivial run to its start, by the clock of the store."""
    task_id = await submit(connection)
    await wait_for(connection, [task_id])
    listed = (await connection.call("GET", "/api/tasks?limit=1"))["tasks"][0]
    assert listed["task_id"] == task_id, "somebody else uses this service"
    created, started = map(datetime.fromisoformat, (listed["created_at"], listed["started_at"]))
    return (started - created).total_seconds() * 1000
