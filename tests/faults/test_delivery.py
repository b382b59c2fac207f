"""Runs that are published late, delivered twice, raced for, or held by a worker out of its time."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from tests.acceptance.api_server import ApiServer
from tests.acceptance.processes import REPOSITORY, wait_for
from tests.faults.conftest import MakeInstallation
from tests.faults.installation import CALLS, LEASE_S, TOPIC, Installation
from tests.faults.recording import Note
from virtual_lab.jobs.dispatch.publisher import RUN_RESEARCH
from virtual_lab.store import RunState

PARENT_S = 90.0


@pytest.mark.both_stores
def test_04_an_api_killed_between_commit_and_publish(make: MakeInstallation, note: Note) -> None:
    with make(dispatching=False) as installation:
        api = ApiServer(installation.processes, app="tests.faults.api:app")
        with api:
            run_id = api.submit(TOPIC, rounds=1, specialists=2)
            wait_for((installation.processes.data / "publishing").exists, "the API to publish")
            killed = time.monotonic()
            api.kill()
        assert installation.store.runs.get(run_id).published_at is None
        installation.start_worker()
        recovered_s = installation.wait_for_attempt(run_id, 1, killed)
        run = installation.ended_once(run_id)
        note(run, len(installation.store.ledger.calls(run_id)), recovered_s)
        assert (run.state, run.attempt) == (RunState.SUCCESS, 1)
        assert recovered_s < PARENT_S


@pytest.mark.both_stores
def test_10_one_message_delivered_many_times_at_once(
    installation: Installation, note: Note
) -> None:
    run_id = installation.ask()
    with installation.queue.publisher() as publisher:
        for _ in range(4):
            publisher.send(RUN_RESEARCH, run_id, (TOPIC,))
    installation.start_worker("--concurrency=4")
    run = installation.ended_once(run_id)
    wait_for_quiet(installation)
    paid = installation.paid(run_id).total()
    note(run, paid)
    assert (run.state, run.attempt) == (RunState.SUCCESS, 1)
    assert paid == note.undisturbed


@pytest.mark.both_stores
def test_11_two_workers_race_for_runs(installation: Installation, note: Note) -> None:
    ids = [installation.ask() for _ in range(4)]
    with installation.queue.publisher() as publisher:
        for run_id in ids:
            publisher.send(RUN_RESEARCH, run_id, (TOPIC,))
    for name in ("one", "two"):
        installation.start_worker(name=name)
    for run_id in ids:
        run = installation.ended_once(run_id)
        paid = installation.paid(run_id).total()
        note(run, paid)
        assert (run.state, run.attempt) == (RunState.SUCCESS, 1)
        assert paid == note.undisturbed


@pytest.mark.both_stores
@pytest.mark.parametrize("deaf", ["", "yes"], ids=["frozen", "deaf"])
def test_12_a_worker_that_lost_its_lease_writes_nothing(
    deaf: str, installation: Installation, note: Note
) -> None:
    """A frozen one hears of its loss when it wakes; a deaf one works on and tries to write."""
    installation.start_worker("--concurrency=1", name="late", FAULTS_DEAF=deaf)
    run_id = installation.ask({"critique.end": "hold"})
    installation.wait_for_trap(run_id, "critique.end")
    installation.wait_for_books(run_id, CALLS["critique"])
    late = installation.pid_of(run_id)
    stopped = time.monotonic()
    if not deaf:
        os.kill(late, signal.SIGSTOP)
    installation.start_worker(name="second")
    assert installation.recovery_s(run_id, stopped, note) < PARENT_S
    run = installation.store.runs.get(run_id)
    if deaf:
        installation.release(run_id, "critique.end")
    else:
        os.kill(late, signal.SIGCONT)
    log = installation.processes.log("late")
    wait_for(lambda: "run left" in log.read_text("utf-8"), "it to give up")
    assert ("run lost to another worker" in log.read_text("utf-8")) == bool(deaf)
    assert installation.ended_once(run_id) == run
    assert installation.paid(run_id).total() == note.undisturbed


@pytest.mark.both_stores
@pytest.mark.parametrize("wrong_s", [-300, 300])
def test_19_a_worker_whose_clock_is_five_minutes_off(
    wrong_s: int, installation: Installation, note: Note
) -> None:
    installation.start_worker(
        name="wrong",
        FAULTS_CLOCK=str(wrong_s),
        PYTHONPATH=f"{Path(__file__).parent / 'clock'}:{REPOSITORY}",
    )
    run_id = installation.ask({"critique.end": "hold"})
    installation.wait_for_trap(run_id, "critique.end")
    installation.start_worker(name="right")
    until = time.monotonic() + 1.5 * LEASE_S
    while time.monotonic() < until:
        assert installation.store.runs.get(run_id).attempt == 1, "it was taken from a living worker"
        time.sleep(0.05)
    installation.release(run_id, "critique.end")
    run = installation.ended_once(run_id)
    paid = installation.paid(run_id).total()
    note(run, paid)
    assert (run.state, run.attempt, run.crashes) == (RunState.SUCCESS, 1, 0)
    assert paid == note.undisturbed


def wait_for_quiet(installation: Installation) -> None:
    """Wait until the broker has no message left that a worker has not acknowledged."""
    with installation.queue.broker.client() as client, installation.queue.publisher() as publisher:
        wait_for(
            lambda: not publisher.queued(100) and not client.exists("unacked"),
            "all messages to be worked off",
        )
