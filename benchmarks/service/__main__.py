"""How much a running service takes: ``python -m benchmarks.service [--url URL]``.

Against a running ``virtual-lab up`` (or uvicorn and a worker) it measures, in this order:

- queued to started: one trivial run after the other, each submitted while nothing else runs;
- the status of the last of them: calls/s with p50 and p99, over a few kept-alive connections;
- submits/s with p50 and p99, over the same;
- trivial runs completed/s, until all that were submitted have ended;
- PSS (proportional set size) of the children of a worker, idle and while they work (Linux; of
  all Celery workers on this machine where ``--worker`` names none).

Options add to it:

- ``--finished 100000``: before anything else so many runs that have ended are written into the
  store of the settings, which must be that of the service;
- ``--sse-clients 400``: so many clients watch one run; from the writing of an event to its arrival;
- ``--queued 10,100,1000,10000``: submits, status and the start of an interactive run while so many
  batch runs wait (``VIRTUAL_LAB_MAX_PENDING`` of the service must be larger).

A trivial run has one round over the starter library and no model; eight questions are asked in
turn, or ``--query`` alone. One line of JSON is printed; times are in milliseconds unless named
otherwise. The client shares the processors with what it measures.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import time
from urllib.parse import urlsplit

from benchmarks.service.calls import (
    Connection,
    asked,
    figures,
    queued_to_started,
    submit,
    timed,
    wait_for,
)
from benchmarks.service.filling import fill
from benchmarks.service.memory import pss_mb, sampled
from benchmarks.service.queueing import with_queue
from benchmarks.service.watching import deliveries


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service")
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--query", help="what all trivial runs ask, instead of several questions")
    parser.add_argument("--submits", type=int, default=400)
    parser.add_argument("--statuses", type=int, default=2000)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--starts", type=int, default=10, help="runs for queued to started")
    parser.add_argument("--worker", type=int, help="process id of the worker's parent")
    parser.add_argument("--finished", type=int, default=0, help="runs that have ended")
    parser.add_argument("--sse-clients", type=int, default=0, help="clients that watch one run")
    parser.add_argument(
        "--queued", type=_numbers, default=[], help="runs that wait, such as 10,100"
    )
    options = parser.parse_args()
    if options.query:
        asked[:] = [options.query]
    if options.finished:
        fill(options.finished)
    print(json.dumps(asyncio.run(_measure(options))))


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


async def _measure(options: argparse.Namespace) -> dict[str, object]:
    address = urlsplit(options.url)
    host, port = address.hostname or "127.0.0.1", address.port or 80
    connections = [Connection(host, port) for _ in range(options.connections)]
    first = connections[0]
    load = os.getloadavg()[0]
    found = {
        "load_before": round(load, 1),
        "connections": options.connections,
        "finished": options.finished,
        **await _alone(connections, options),
    }
    if options.sse_clients:
        times = await deliveries(first, host, port, options.sse_clients)
        told = figures("sse_delivery", times, 1)
        found |= {"sse_clients": options.sse_clients, "sse_events": len(times)}
        found |= {name: value for name, value in told.items() if name.endswith("_ms")}
    if options.queued:
        found["behind"] = [
            await with_queue(connections, queued, options.submits, options.statuses)
            for queued in options.queued
        ]
    for connection in connections:
        connection.close()
    return found


async def _alone(connections: list[Connection], options: argparse.Namespace) -> dict[str, object]:
    """The figures of a service that does nothing else."""
    first = connections[0]
    idle = pss_mb(options.worker)
    waits = [await queued_to_started(first) for _ in range(options.starts)]
    last = (await first.call("GET", "/api/tasks?limit=1"))["tasks"][0]["task_id"]
    statuses = await timed(
        connections, options.statuses, lambda one: one.call("GET", f"/api/task/{last}")
    )
    ids: list[str] = []

    async def submit_one(connection: Connection) -> None:
        ids.append(await submit(connection))

    with sampled(lambda: pss_mb(options.worker)) as busy:
        began = time.monotonic()
        submits = await timed(connections, options.submits, submit_one)
        await wait_for(first, ids)
        took = time.monotonic() - began
    return {
        **figures("status", statuses, len(connections)),
        **figures("submit", submits, len(connections)),
        "queued_to_started_p50_ms": round(statistics.median(waits), 1),
        "queued_to_started_max_ms": round(max(waits), 1),
        "runs": len(ids),
        "runs_per_s": round(len(ids) / took, 1),
        "idle_child_pss_mb": max(idle, default=None),
        "busy_child_pss_mb": max((size for sizes in busy for size in sizes), default=None),
    }


if __name__ == "__main__":
    main()
