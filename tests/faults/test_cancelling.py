"""A cancel ends the run and its spending, wherever it is."""

from __future__ import annotations

import time

from tests.acceptance.processes import wait_for
from tests.faults.installation import Installation
from tests.faults.recording import Note
from virtual_lab.store import RunState
from virtual_lab.testing import RequestKind, Rule, ServerFault

STOP_S = 10.0
"""Longest time that a cancel may take, in seconds: the promise."""


def test_16_cancelled_while_no_worker_is_up(installation: Installation, note: Note) -> None:
    run_id = installation.ask()
    assert installation.queue.cancel(run_id).state is RunState.CANCELLED
    later = installation.ask()
    installation.start_worker("--concurrency=1")
    assert installation.ended_once(later).state is RunState.SUCCESS
    run = installation.ended_once(run_id)
    note(run, installation.paid(run_id).total())
    assert (run.state, run.attempt) == (RunState.CANCELLED, 0)
    assert installation.paid(run_id).total() == 0


def test_16_cancelled_between_two_model_calls(running: Installation, note: Note) -> None:
    run_id = running.ask({"analyse.end": "hold"})
    running.wait_for_trap(run_id, "analyse.end")
    asked = time.monotonic()
    running.queue.cancel(run_id)
    run = running.ended_once(run_id)
    assert time.monotonic() - asked < STOP_S
    paid = running.paid(run_id)
    note(run, paid.total())
    assert run.state is RunState.CANCELLED
    assert paid[RequestKind.VERDICTS] == 0


def test_16_cancelled_inside_a_model_call(running: Installation, note: Note) -> None:
    struck, served = len(running.server.struck), len(running.server.served)
    running.server.lay(Rule(ServerFault.SILENT, RequestKind.VERDICTS))
    run_id = running.ask()
    running.wait_for_strike(struck)
    asked = time.monotonic()
    running.queue.cancel(run_id)
    run = running.ended_once(run_id)
    assert run.state is RunState.CANCELLED

    def closed() -> list[float]:
        over = running.server.served[served:]
        return [call.ended for call in over if call.fault is ServerFault.SILENT]

    wait_for(closed, "the connection to be closed")
    assert closed()[0] - asked < STOP_S
    before = running.paid(run_id)
    assert running.ended_once(running.ask()).state is RunState.SUCCESS
    assert running.paid(run_id) == before
    note(run, before.total())
