"""The real worker, with traps: a file in the folder of a run says what happens at one of its steps.

The trap "traps/RUN/NODE.begin" springs when a node of the graph begins, "NODE.end" when its work
is done and nothing of it is kept yet. Its text is the deed: "hold" stands still, once, until the
file "NODE.end.sprung" is removed; "die" kills the process and "bomb" fills its memory, every time.

With FAULTS_HOST the worker claims to run on another machine; with FAULTS_DEAF it neither renews
its leases nor hears that they are lost.
"""

from __future__ import annotations

import asyncio
import functools
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

if host := os.environ.get("FAULTS_HOST"):
    socket.gethostname = lambda: host

from tests.faults.traps import NODES
from virtual_lab.jobs.worker.heartbeat import Heartbeat
from virtual_lab.jobs.worker.lifecycle import app
from virtual_lab.lab import nodes
from virtual_lab.settings import load_settings

__all__ = ["app"]

Node = Callable[[Any, Any], Awaitable[Any]]

_BLOCK = 256 << 20


def _trapped(node: Node) -> Node:
    @functools.wraps(node)
    async def step(state: Any, runtime: Any) -> Any:
        await _spring(f"{node.__name__}.begin")
        update = await node(state, runtime)
        await _spring(f"{node.__name__}.end")
        return update

    return step


async def _spring(place: str) -> None:
    run_id = structlog.contextvars.get_contextvars()["run_id"]
    trap = load_settings().data_dir / "traps" / run_id / place
    if not trap.exists():
        return
    deed = trap.read_text(encoding="utf-8")
    if deed == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if deed == "bomb":
        blocks = []
        while True:
            blocks.append(bytearray(_BLOCK))
    sprung = trap.rename(trap.with_name(f"{place}.sprung"))
    while sprung.exists():  # noqa: ASYNC110  what it waits for is another process
        await asyncio.sleep(0.02)


assert "pytest" not in sys.modules, "this changes the lab of its whole process"

if os.environ.get("FAULTS_DEAF"):
    Heartbeat._beat = lambda self: None  # type: ignore[method-assign]

for _name in NODES:
    setattr(nodes, _name, _trapped(getattr(nodes, _name)))
