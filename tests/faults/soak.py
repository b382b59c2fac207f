"""``python -m tests.faults.soak --runs 300 --kill-every 5``: random kills while runs go through.

An API, two workers, a broker and a store run as real processes; every few seconds one of them, or
a child of a worker, is killed with SIGKILL and started again. A model endpoint in this process
answers the calls and writes down each of them. The exit status is 1 where a promise was broken:
a run that was accepted and did not end, a second report, or a finished call that was paid again.
Ctrl-C ends it early, with a summary of what has been submitted. ``--restart-database`` ends a
PostgreSQL of its own now and then as well, without letting it finish anything.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen
from typing import TypeVar
from uuid import uuid4

import httpx2
import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from tests.acceptance.api_server import ApiServer
from tests.faults.books import Books, Kill, Recovery, Summary, judge, write_record
from tests.faults.installation import TOPIC, children_of, installation_in, mark_of
from tests.postgres import Server, running_server
from virtual_lab.errors import StoreError
from virtual_lab.store import RunState
from virtual_lab.testing import ModelServer

OUTSTANDING = 8
"""How many runs are under way at a time."""
LATENCY_S = 0.2
"""How long the model takes for an answer, in seconds."""
PATIENCE_S = 240.0

VICTIMS = ("child", "child", "child", "parent", "worker", "broker", "api")
"""What is killed; a parent dies alone, a worker together with its children."""

Found = TypeVar("Found")


@dataclass(kw_only=True)
class Soak(Books):
    """One soak: what takes part, and its books."""

    api: ApiServer
    choose: random.Random
    database: Server | None = None
    workers: dict[str, Popen[bytes]] = field(default_factory=dict)
    threads: list[threading.Thread] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def submit(self, number: int) -> None:
        """Submit one run, again and again until the API says that it has it."""
        mark, key = mark_of(number), str(uuid4())
        body = {"query": f"{TOPIC} {mark}", "rounds": 1, "specialists": 2}
        while True:
            try:
                answer = self.api.http.post(
                    "/api/research/async", json=body, headers={"Idempotency-Key": key}
                )
            except httpx2.TransportError:
                time.sleep(0.1)
                continue
            if answer.status_code == 202:
                self.marks[answer.json()["task_id"]] = mark
                return
            assert answer.status_code in (429, 503), answer.text
            time.sleep(0.5)

    def unfinished(self) -> list[str]:
        """The runs that have not ended."""
        get = self.installation.store.runs.get
        return [run_id for run_id in list(self.marks) if not patiently(get, run_id).state.is_final]

    def start_worker(self, name: str) -> None:
        """Start a worker, and wait until it is ready."""
        self.workers[name] = self.installation.start_worker(name=name)

    def kill(self) -> None:
        """Kill one part, and let it be started again."""
        victim = self.choose.choice((*VICTIMS, "database") if self.database else VICTIMS)
        if self.database and victim == "database":
            self._kill(victim, [], self.database.restart)
        elif victim == "api":
            self._kill(victim, [self.api.process.pid], self.api.start)
        elif victim == "broker":
            pid = self.installation.queue.broker.embedded.pid  # type: ignore[union-attr]
            if pid:
                self._kill(victim, [pid], self._await_broker)
        elif victim == "child":
            owners = self._owners()
            if owners:
                self._kill(victim, [self.choose.choice(list(owners))], None)
        else:
            ready = [name for name, worker in self.workers.items() if worker.poll() is None]
            if ready:
                name = self.choose.choice(ready)
                family = [self.workers[name].pid]
                family += children_of(family[0]) if victim == "worker" else []
                self._kill(victim, family, lambda: self.start_worker(name))

    def _kill(self, victim: str, pids: list[int], start: Callable[[], object] | None) -> None:
        dying = {*pids, *(child for pid in pids for child in children_of(pid))}
        hit = self._held_by(dying)
        at = time.monotonic()
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        # Once more, for a run may have been claimed between the first look and the kill.
        hit |= self._held_by(dying)
        self.kills.append(Kill(at, victim, hit))
        for run_id, attempt in hit.items():
            self._begin(self._await_recovery, victim, run_id, attempt, at)
        if start:
            told = victim if victim in ("api", "broker", "database") else ""
            self._begin(self._restart, told, start, at)

    def _restart(self, victim: str, start: Callable[[], object], at: float) -> None:
        start()
        if victim:
            self._note_recovery(victim, "", at)

    def _await_broker(self) -> None:
        broker = self.installation.queue.broker
        while True:
            try:
                return broker.check()
            except Exception:
                time.sleep(0.05)

    def _await_recovery(self, victim: str, run_id: str, attempt: int, at: float) -> None:
        while time.monotonic() - at < PATIENCE_S:
            run = patiently(self.installation.store.runs.get, run_id)
            if run.state.is_final or (run.attempt > attempt and run.state is RunState.PROGRESS):
                self._note_recovery(victim, run_id, at)
                return
            time.sleep(0.05)

    def _note_recovery(self, victim: str, run_id: str, at: float) -> None:
        self.recoveries.append(Recovery(victim, run_id, at, time.monotonic() - at))

    def _owners(self) -> dict[int, list[tuple[str, int]]]:
        """The runs and attempts that each process works on."""
        owners = defaultdict(list)
        for held in patiently(self.installation.store.leases.held):
            owners[int(held.owner.split("/")[-2])].append((held.run_id, held.attempt))
        return owners

    def _held_by(self, pids: set[int]) -> dict[str, int]:
        """The attempts at runs that these processes work on."""
        return {
            run_id: attempt
            for pid, runs in self._owners().items()
            if pid in pids
            for run_id, attempt in runs
        }

    def _begin(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self.threads.append(thread)
        thread.start()


def patiently(ask: Callable[..., Found], *arguments: object) -> Found:
    """What the store says, once it can be asked."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            return ask(*arguments)
        except StoreError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def run_soak(soak: Soak, runs: int, kill_every_s: float) -> None:
    """Let ``runs`` go through, with a kill every ``kill_every_s`` seconds."""
    began = time.monotonic()
    next_kill = began + kill_every_s
    submitted, told = 0, 0
    deadline = None
    while submitted < runs or soak.unfinished():
        if soak.stopped.is_set():
            runs = submitted
        open_runs = len(soak.unfinished())
        while submitted < runs and open_runs < OUTSTANDING:
            submitted, open_runs = submitted + 1, open_runs + 1
            soak.submit(submitted)
        if submitted == runs and deadline is None:
            deadline = time.monotonic() + PATIENCE_S
        if deadline and time.monotonic() > deadline:
            return
        if time.monotonic() >= next_kill and deadline is None:
            soak.kill()
            next_kill = time.monotonic() + kill_every_s
        if (done := submitted - open_runs) >= told + 20:
            told = done
            seconds = time.monotonic() - began
            print(
                f"{done} of {runs} runs ended, {len(soak.kills)} kills, {seconds:.0f} s", flush=True
            )
        time.sleep(0.05)


def print_summary(summary: Summary, seconds: float) -> None:
    """Show what a soak came to."""
    load = os.getloadavg()[0]
    print(f"{summary.runs} runs in {seconds:.0f} s: {summary.states}; load {load:.1f}")
    print(f"kills: {summary.kills}")
    print(f"lost: {len(summary.lost)}; ended more than once: {len(summary.ended_twice)};"
          f" reports too many or too few: {len(summary.duplicated)}")  # fmt: skip
    print(f"calls answered: {summary.calls}; finished calls paid again: {len(summary.repaid)};"
          f" calls in flight at a kill that were asked again: {summary.in_flight}")  # fmt: skip
    for victim, (count, median, high) in sorted(summary.recovery_s.items()):
        print(f"recovery after {victim}: {count} times, p50 {median:.1f} s, p95 {high:.1f} s")
    for name in ("lost", "ended_twice", "duplicated", "repaid"):
        if found := getattr(summary, name):
            print(f"{name}: {', '.join(found)}")


@contextmanager
def database_of(store: str) -> Iterator[tuple[str, Server | None]]:
    """The address of a database of PostgreSQL and its server; "" and None for SQLite, which has a
    file instead."""
    if store == "sqlite":
        yield "", None
        return
    with running_server() as server, server.database() as url:
        with psycopg.connect(server.url, autocommit=True) as admin:
            # The servers of tests forget the last moments where they are not ended in order.
            name = sql.Identifier(conninfo_to_dict(url)["dbname"])
            admin.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = on").format(name))
        yield url, server


def main() -> int:
    """Run a soak; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--kill-every", type=float, default=5.0, help="seconds")
    parser.add_argument("--seed", type=int, default=1, help="of what is killed")
    parser.add_argument("--data", type=Path, help="a new folder to keep; else one that is removed")
    store = parser.add_mutually_exclusive_group()
    store.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    store.add_argument("--database", help="address of an empty PostgreSQL database, to keep")
    parser.add_argument(
        "--restart-database", action="store_true", help="too; with --store postgresql"
    )
    options = parser.parse_args()
    if options.restart_database and options.store != "postgresql":
        parser.error("--restart-database needs --store postgresql")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        data = options.data or Path(folder) / "data"
        server = ModelServer(latency_s=LATENCY_S)
        lease = {"VIRTUAL_LAB_LEASE_S": "60"}
        with (
            database_of(options.store) as (own, database),
            installation_in(data, options.database or own, server, **lease) as installation,
            ApiServer(installation.processes) as api,
        ):
            soak = Soak(
                installation=installation,
                api=api,
                choose=random.Random(options.seed),
                database=database if options.restart_database else None,
            )
            signal.signal(signal.SIGINT, lambda *_: soak.stopped.set())
            for name in ("one", "two"):
                soak.start_worker(name)
            run_soak(soak, options.runs, options.kill_every)
            for thread in soak.threads:
                thread.join(PATIENCE_S)
            summary = judge(soak)
            write_record(soak, data / "soak.json")
    print_summary(summary, time.monotonic() - began)
    return int(summary.broken)


if __name__ == "__main__":
    sys.exit(main())
