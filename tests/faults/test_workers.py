"""Workers that die, are frozen, run out of memory or are asked to stop."""

from __future__ import annotations

import os
import signal
import subprocess
import time

import pytest

from tests.acceptance.processes import wait_for
from tests.faults.installation import CALLS, Installation, children_of
from tests.faults.recording import Note
from tests.faults.traps import NODES
from virtual_lab.store import RunState
from virtual_lab.store.submission import REPUBLISH_S
from virtual_lab.testing import RequestKind, Rule, ServerFault

CHILD_S = 10.0
"""Longest time to recover from the death of a child, in seconds: the promise."""
PARENT_S = 90.0
"""Longest time to recover from the death of a whole worker, in seconds: the promise."""
GRACE_S = 60.0
"""What systemd and containers give a worker to end (docs/operations.md), in seconds."""
MEMORY_KB = 2 << 20

KINDS = {
    "plan": RequestKind.TEAM,
    "analyse": RequestKind.FINDINGS,
    "critique": RequestKind.VERDICTS,
    "summarise": RequestKind.STAND,
    "synthesise": RequestKind.PROSE,
}

BESIDE = {"plan": 0, "analyse": 2, "critique": 3, "summarise": 7, "synthesise": 6}
"""How many calls are answered while one of each node is not: those before it and beside it."""


@pytest.mark.both_stores
@pytest.mark.parametrize("node", NODES)
def test_01_a_child_killed_when_a_node_has_done_its_work(
    node: str, running: Installation, note: Note
) -> None:
    place = f"{node}.end"
    run_id = running.ask({place: "hold"})
    running.wait_for_trap(run_id, place)
    running.wait_for_books(run_id, CALLS[node])
    killed = time.monotonic()
    os.kill(running.pid_of(run_id), signal.SIGKILL)
    assert running.recovery_s(run_id, killed, note) < CHILD_S


@pytest.mark.parametrize("node", KINDS)
def test_01_a_child_killed_inside_a_model_call(
    node: str, running: Installation, note: Note
) -> None:
    struck = len(running.server.struck)
    running.server.lay(Rule(ServerFault.SILENT, KINDS[node]))
    run_id = running.ask()
    running.wait_for_strike(struck)
    running.wait_for_books(run_id, BESIDE[node])
    killed = time.monotonic()
    os.kill(running.pid_of(run_id), signal.SIGKILL)
    assert running.recovery_s(run_id, killed, note) < CHILD_S


def test_02_a_worker_killed_with_a_message_that_it_had_not_begun(
    installation: Installation, note: Note
) -> None:
    first = installation.start_worker("--concurrency=1")
    for child in children_of(first.pid):
        os.kill(child, signal.SIGSTOP)
    run_id = installation.ask()
    with installation.queue.broker.client() as client:
        wait_for(lambda: client.exists("unacked"), "the message to be with the worker")
    assert installation.store.runs.get(run_id).state is RunState.PENDING
    killed = time.monotonic()
    installation.processes.kill(first)
    installation.start_worker(name="second")
    recovered_s = installation.wait_for_attempt(run_id, 1, killed)
    run = installation.ended_once(run_id)
    paid = installation.paid(run_id).total()
    note(run, paid, recovered_s)
    assert (run.state, run.attempt, run.crashes) == (RunState.SUCCESS, 1, 0)
    assert paid == note.undisturbed
    assert recovered_s < REPUBLISH_S, "it waited for the next publication"


def test_02_a_parent_killed_alone(installation: Installation, note: Note) -> None:
    installation.start_worker()
    run_id = installation.ask({"critique.end": "hold"})
    installation.wait_for_trap(run_id, "critique.end")
    installation.start_worker(name="second")
    killed = time.monotonic()
    os.kill(parent_of(installation.pid_of(run_id)), signal.SIGKILL)
    run = installation.ended_once(run_id)
    paid = installation.paid(run_id).total()
    note(run, paid, time.monotonic() - killed)
    assert run.state is RunState.SUCCESS
    assert paid == note.undisturbed


@pytest.mark.parametrize("host", ["", "far"], ids=["of_this_machine", "of_another_machine"])
def test_02_a_worker_killed_with_its_children(
    host: str, installation: Installation, note: Note
) -> None:
    first = installation.start_worker(FAULTS_HOST=host)
    run_id = installation.ask({"critique.end": "hold"})
    installation.wait_for_trap(run_id, "critique.end")
    installation.wait_for_books(run_id, CALLS["critique"])
    installation.start_worker(name="second")
    killed = time.monotonic()
    installation.processes.kill(first)
    assert installation.recovery_s(run_id, killed, note) < PARENT_S


@pytest.mark.both_stores
def test_03_all_workers_killed_and_started_again(installation: Installation, note: Note) -> None:
    workers = [installation.start_worker("--concurrency=1", name=name) for name in ("one", "two")]
    ids = [installation.ask({"analyse.end": "hold"}) for _ in workers]
    waiting = installation.ask()
    for run_id in ids:
        installation.wait_for_trap(run_id, "analyse.end")
        installation.wait_for_books(run_id, CALLS["analyse"])
    killed = time.monotonic()
    for worker in workers:
        installation.processes.kill(worker)
    installation.start_worker(name="three")
    for run_id in ids:
        assert installation.recovery_s(run_id, killed, note) < PARENT_S
    assert installation.ended_once(waiting).attempt == 1


def test_13_a_run_that_kills_its_process_every_time(running: Installation, note: Note) -> None:
    deadly = running.ask({"plan.begin": "die"})
    neighbour = running.ask()
    run = running.ended_once(deadly)
    note(run, running.paid(deadly).total())
    assert run.error
    assert (run.error.type, run.attempt, run.crashes) == ("QuarantinedError", 3, 3)
    beside = running.ended_once(neighbour)
    assert (beside.state, beside.attempt) == (RunState.SUCCESS, 1)
    assert running.paid(neighbour).total() == note.undisturbed


def test_13_what_was_quarantined_is_resumed_by_hand(running: Installation, note: Note) -> None:
    run_id = running.ask({"critique.end": "die"})
    assert running.wait_for_state(run_id).state is RunState.FAILURE
    running.disarm(run_id, "critique.end")
    running.queue.resume(run_id)
    run = running.wait_for_state(run_id)
    paid = running.paid(run_id).total()
    note(run, paid)
    assert (run.state, run.attempt) == (RunState.SUCCESS, 4)
    assert paid == note.undisturbed


def test_13_a_run_that_gets_on_is_not_quarantined(running: Installation, note: Note) -> None:
    places = [f"{node}.end" for node in ("plan", "analyse", "critique", "synthesise")]
    run_id = running.ask(dict.fromkeys(places, "hold"))
    for place in places:
        running.wait_for_trap(run_id, place)
        os.kill(running.pid_of(run_id), signal.SIGKILL)
    run = running.ended_once(run_id)
    note(run, running.paid(run_id).total())
    assert (run.state, run.attempt) == (RunState.SUCCESS, 1 + len(places))
    assert running.repaid(run_id) == []


def test_14_a_memory_bomb_under_a_limit(installation: Installation, note: Note) -> None:
    limit = ("/bin/sh", "-c", 'ulimit -v "$0"; exec "$@"', str(MEMORY_KB))
    installation.start_worker(before=limit)
    bomb = installation.ask({"analyse.begin": "bomb"})
    neighbour = installation.ask()
    run = installation.ended_once(bomb)
    note(run, installation.paid(bomb).total())
    assert run.error
    assert run.error.type == "RunFailedError"
    assert "memory" in run.error.message
    assert run.attempt == 1
    beside = installation.ended_once(neighbour)
    assert (beside.state, beside.attempt) == (RunState.SUCCESS, 1)


def test_15_a_deploy_half_way(installation: Installation, note: Note) -> None:
    first = installation.start_worker("--concurrency=1", VIRTUAL_LAB_DRAIN_S="1")
    run_id = installation.ask({"critique.end": "hold"})
    installation.wait_for_trap(run_id, "critique.end")
    installation.wait_for_books(run_id, CALLS["critique"])
    asked = time.monotonic()
    assert installation.processes.end(first) == 0
    assert time.monotonic() - asked < GRACE_S
    given_back = installation.store.runs.get(run_id)
    assert (given_back.state, given_back.crashes) == (RunState.PENDING, 0)
    installation.start_worker(name="second")
    assert installation.recovery_s(run_id, asked, note) < PARENT_S


def parent_of(pid: int) -> int:
    """The process that started another one."""
    shown = subprocess.run(["ps", "-o", "ppid=", "-p", str(pid)], capture_output=True, check=True)
    return int(shown.stdout)
