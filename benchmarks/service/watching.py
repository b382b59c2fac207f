"""How long events take to those who watch a run."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import datetime

from benchmarks.service.calls import Connection, submit, wait_for

_LEAD_S = 4.0  # for all clients to be connected before the run starts


async def deliveries(connection: Connection, host: str, port: int, clients: int) -> list[float]:
    """Seconds from the writing of an event to its arrival, for every event and client.

    All of them watch the same run. The clock is that of this machine.
    """
    task_id = await submit(connection, start_in_s=_LEAD_S)
    watchers = (_watch(host, port, task_id) for _ in range(clients))
    delays = await asyncio.gather(*watchers)
    await wait_for(connection, [task_id])
    assert len({len(seen) for seen in delays}) == 1, "somebody missed an event"
    return [delay for seen in delays for delay in seen]


async def _watch(host: str, port: int, task_id: str) -> list[float]:
    reader, writer = await asyncio.open_connection(host, port)
    path = f"/api/task/{task_id}/events"
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
    delays = []
    try:
        while True:
            line = await reader.readline()
            if not line.startswith(b"data: "):
                assert line, "the stream broke off"
                continue
            arrived = time.time()
            event = json.loads(line.removeprefix(b"data: "))
            delays.append(arrived - datetime.fromisoformat(event["at"]).timestamp())
            if event["kind"] in ("finished", "failed", "cancelled"):
                return delays
    finally:
        writer.close()
