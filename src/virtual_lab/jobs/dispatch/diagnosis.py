"""The diagnosis of the queue: what is wrong with the runs, and what to do about it."""

from __future__ import annotations

from typing import NamedTuple

from virtual_lab.store import RunState, Store

LONGEST_WAIT_S = 60.0
"""A run that waits longer while no run is executed shows that there is no worker, in seconds."""

# The queue is nearly full when it has more than this share of the most runs that may wait.
_NEARLY_FULL_SHARE = 0.9


class QueueProblem(NamedTuple):
    """A problem, and what an operator can do about it."""

    what: str
    remedy: str


def diagnose(store: Store, max_pending: int) -> list[QueueProblem]:
    """The problems that the store shows; none where all is well.

    Raises:
        StoreError: the store cannot be used.
    """
    found = []
    waiting = store.runs.counts()[RunState.PENDING]
    waited_s = store.runs.longest_wait_s()
    if waited_s > LONGEST_WAIT_S and not store.leases.held():
        found.append(
            QueueProblem(
                f"runs wait, one for {waited_s:.0f} s, and no worker works on any",
                'start one with "virtual-lab worker"; where GET /api/celery/health says that one'
                " answers, it has another DATABASE_URL: see its log",
            )
        )
    if waiting > _NEARLY_FULL_SHARE * max_pending:
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
