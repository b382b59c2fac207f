"""How the figures change with the number of runs that wait."""

from __future__ import annotations

from benchmarks.service.calls import (
    Connection,
    figures,
    queued_to_started,
    submit,
    timed,
    trivial,
)

_BATCH = 100


async def with_queue(
    connections: list[Connection], queued: int, submits: int, statuses: int
) -> dict[str, object]:
    """Submits, status calls and the start of an interactive run, behind ``queued`` batch runs.

    The runs that wait are cancelled in the end. ``VIRTUAL_LAB_MAX_PENDING`` of the service must
    be larger than all of them together.
    """
    first = connections[0]
    waiting: list[str] = []
    for start in range(0, queued, _BATCH):
        batch = [trivial() for _ in range(min(_BATCH, queued - start))]
        answer = await first.call("POST", "/api/research/batch", batch)
        waiting += [item["task_id"] for item in answer]
    started_ms = await queued_to_started(first)

    async def submit_batch_run(connection: Connection) -> None:
        waiting.append(await submit(connection, priority="batch"))

    submit_times = await timed(connections, submits, submit_batch_run)
    status_times = await timed(
        connections, statuses, lambda connection: connection.call("GET", f"/api/task/{waiting[-1]}")
    )
    left = iter(reversed(waiting))
    await timed(connections, len(waiting), lambda connection: _cancel(connection, next(left)))
    return {
        "queued": queued,
        "queued_to_started_ms": round(started_ms, 1),
        **figures("submit", submit_times, len(connections)),
        **figures("status", status_times, len(connections)),
    }


async def _cancel(connection: Connection, task_id: str) -> None:
    """Cancel a run; it may have ended meanwhile."""
    await connection.call("DELETE", f"/api/task/{task_id}", allowed=409)
