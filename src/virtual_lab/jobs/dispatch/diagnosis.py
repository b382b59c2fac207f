"""The diagnosis of the queue: what is wrong with the runs, and what to do about it."""

from __future__ import annotations

from typing import NamedTuple

from virtual_lab.messages import Message
from virtual_lab.store import RunState, Store

LONGEST_WAIT_S = 60.0
"""A run that waits longer while no run is executed shows that there is no worker, in seconds."""

# The queue is nearly full when it has more than this share of the most runs that may wait.
_NEARLY_FULL_SHARE = 0.9


class QueueProblem(NamedTuple):
    """A problem, and what an operator can do about it."""

    what: Message
    remedy: Message


def diagnose(store: Store, max_pending: int) -> list[QueueProblem]:
    """The problems that the store shows; none where all is well.

    Raises:
        StoreError: the store cannot be used.
    """
    found = []
    waiting = store.runs.counts()[RunState.PENDING]
    waited_s = store.runs.longest_wait_s()
    if waited_s > LONGEST_WAIT_S and not store.leases.held():
        what = Message.of("doctor.queue_unserved", time=f"{waited_s:.0f}")
        found.append(QueueProblem(what, Message.of("doctor.mend_unserved")))
    if waiting > _NEARLY_FULL_SHARE * max_pending:
        what = Message.of("doctor.queue_nearly_full", waiting=waiting, most=max_pending)
        found.append(QueueProblem(what, Message.of("doctor.mend_nearly_full")))
    if undelivered := store.deliveries.failing():
        what = Message.of("doctor.queue_webhooks", count=undelivered)
        found.append(QueueProblem(what, Message.of("doctor.mend_webhooks", task="{id}")))
    return found
