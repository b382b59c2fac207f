"""What is wrong with the runs of an installation, and what to do about it."""

from __future__ import annotations

from typing import NamedTuple

from virtual_lab.store import RunState, Store

LONG_S = 60.0
"""A run that waits longer while nobody works waits for a worker that is not there, in seconds."""

_NEARLY = 0.9  # of the cap of the queue


class QueueProblem(NamedTuple):
    """What is wrong, and what an operator does about it."""

    what: str
    remedy: str


def diagnose(store: Store, max_pending: int) -> list[QueueProblem]:
    """What the store tells of runs; nothing where all is well.

    Raises:
        StoreError: the store cannot be used.
    """
    found = []
    waiting = store.runs.counts()[RunState.PENDING]
    waited_s = store.runs.longest_wait_s()
    if waited_s > LONG_S and not store.leases.held():
        found.append(
            QueueProblem(
                f"runs wait, one for {waited_s:.0f} s, and no worker works on any",
                'start one with "virtual-lab worker"; where GET /api/celery/health says that one'
                " answers, it has another DATABASE_URL: see its log",
            )
        )
    if waiting > _NEARLY * max_pending:
        found.append(
            QueueProblem(
                f"{waiting} of {max_pending} runs that may wait do so",
                "start more workers, or raise VIRTUAL_LAB_MAX_PENDING",
            )
        )
    if undelivered := store.deliveries.failing():
        found.append(
            QueueProblem(
                f"{undelivered} webhooks were not taken yet",
                "see the last error of their tasks: GET /api/task/{id}",
            )
        )
    return found
