"""The books of a soak: what was killed, what came back, and what was paid for twice."""

from __future__ import annotations

import hashlib
import itertools
import json
import statistics
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tests.faults.installation import Installation
from virtual_lab.domain import EventKind
from virtual_lab.store import RunState

IN_FLIGHT_S = 0.5
"""An answer that left the endpoint so shortly before the kill counts as not finished, in seconds:
it has to reach the worker and the store. So does a request that the endpoint reads so shortly
after it: it was sent before."""


class Kill(NamedTuple):
    """One kill: when (``time.monotonic``), of what, and the attempts that were at work there."""

    at: float
    victim: str
    hit: dict[str, int]


class Recovery(NamedTuple):
    """How long it took after a kill (``at``) until a run was worked on again or had ended, in
    seconds; ``run_id`` is "" where it is the part itself that was there again."""

    victim: str
    run_id: str
    at: float
    seconds: float


@dataclass(kw_only=True)
class Books:
    """What is written down during a soak; ``marks`` are the texts that tell its runs apart."""

    installation: Installation
    marks: dict[str, str] = field(default_factory=dict)
    kills: list[Kill] = field(default_factory=list)
    recoveries: list[Recovery] = field(default_factory=list)


class Summary(NamedTuple):
    """What a soak came to; see ``judge``."""

    runs: int
    states: dict[str, int]
    lost: list[str]
    ended_twice: list[str]
    duplicated: list[str]
    repaid: list[str]
    in_flight: int
    calls: int
    kills: dict[str, int]
    recovery_s: dict[str, tuple[int, float, float]]

    @property
    def broken(self) -> bool:
        """Whether a promise was broken."""
        return bool(self.lost or self.ended_twice or self.duplicated or self.repaid)


def judge(books: Books) -> Summary:
    """What came of the runs."""
    store = books.installation.store
    states: dict[str, int] = defaultdict(int)
    lost, twice, duplicated = [], [], []
    for run_id in books.marks:
        run = store.runs.get(run_id)
        states[run.state.value] += 1
        kinds = [logged.event.kind for logged in store.events.after(run_id)]
        ends = sum(kind in (EventKind.FINISHED, EventKind.FAILED) for kind in kinds)
        if not run.state.is_final:
            lost.append(run_id)
        elif ends != 1:
            twice.append(run_id)
        if len(store.reports.versions(run_id)) != (run.state is RunState.SUCCESS):
            duplicated.append(run_id)
    repaid, in_flight = paid_again(books)
    repaid += [run_id for run_id in books.marks if books.installation.repaid(run_id)]
    kills: dict[str, int] = defaultdict(int)
    for kill in books.kills:
        kills[kill.victim] += 1
    seconds_of = defaultdict(list)
    for found in books.recoveries:
        seconds_of[found.victim].append(found.seconds)
    recovery = {
        victim: (len(seconds), statistics.median(seconds), percentile(seconds, 0.95))
        for victim, seconds in seconds_of.items()
    }
    calls = sum(call.fault is None for call in books.installation.server.served)
    return Summary(
        len(books.marks), dict(states), lost, twice, duplicated, repaid, in_flight, calls,
        dict(kills), recovery,
    )  # fmt: skip


def paid_again(books: Books) -> tuple[list[str], int]:
    """The calls that the endpoint answered again although their answer had been there before the
    kill; and how many were in flight at a kill."""
    run_of = {mark: run_id for run_id, mark in books.marks.items()}
    answered = defaultdict(list)
    for call in books.installation.server.served:
        mark = next((mark for mark in run_of if mark in call.ask.text), "")
        answered[(mark, json.dumps(call.body, sort_keys=True))].append(call)
    repaid, in_flight = [], 0
    for (mark, _), calls in answered.items():
        calls.sort(key=lambda call: call.began)
        for first, _ in itertools.pairwise(calls):
            hits = [kill.at for kill in books.kills if run_of.get(mark) in kill.hit]
            if any(first.began - IN_FLIGHT_S < at < first.ended + IN_FLIGHT_S for at in hits):
                in_flight += 1
            else:
                gaps = [f"{at - first.ended:.2f}" for at in hits]
                repaid.append(f"{run_of.get(mark, mark)} ({first.ask.kind}, killed {gaps} s later)")
    return repaid, in_flight


def write_record(books: Books, file: Path) -> None:
    """Write down every kill, recovery and answered call, by which a flagged one is explained.

    Times are seconds on this process's clock that only goes forward; "wall" added to them gives
    seconds since 1970, as in the store.
    """
    run_of = {mark: run_id for run_id, mark in books.marks.items()}
    calls = [
        {
            "run": next((run_id for mark, run_id in run_of.items() if mark in call.ask.text), ""),
            "kind": call.ask.kind,
            "asked": hashlib.sha256(json.dumps(call.body, sort_keys=True).encode()).hexdigest(),
            "began": call.began,
            "ended": call.ended,
            "fault": call.fault,
        }
        for call in books.installation.server.served
    ]
    record = {
        "wall": time.time() - time.monotonic(),
        "kills": [kill._asdict() for kill in books.kills],
        "recoveries": [found._asdict() for found in books.recoveries],
        "calls": calls,
    }
    file.write_text(json.dumps(record, indent=1), encoding="utf-8")


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which ``share`` of all values lie (nearest rank)."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]
