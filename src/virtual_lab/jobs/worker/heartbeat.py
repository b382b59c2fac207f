"""The heartbeat: keeps a lease alive while its run works, and tells it when to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from enum import Enum

import structlog

from virtual_lab.errors import LostLeaseError, StoreError
from virtual_lab.store import Lease, Store

RENEWALS_PER_LEASE = 6
"""How often a lease is renewed within the time for which it is valid."""

CHECK_PERIOD_S = 1.0

log = structlog.get_logger(__name__)


class Stop(Enum):
    """Why a run has to stop."""

    CANCELLED = "cancelled"
    DRAINED = "drained"
    LOST = "lost"


class Heartbeat:
    """Renews a lease in a thread of its own, so that a step of several minutes keeps it.

    Args:
        store: the store of the lease.
        lease: the lease to renew.
        draining: says whether the worker is shutting down.
        drain_s: how long the run may continue during a shutdown, in seconds.
        on_stop: called once, from the thread, when the run has to stop.
    """

    def __init__(
        self,
        store: Store,
        lease: Lease,
        draining: Callable[[], bool],
        drain_s: float,
        on_stop: Callable[[Stop], None],
    ) -> None:
        self._store = store
        self._lease_s = store.leases.lease_s
        self._lease = lease
        self._draining = draining
        self._drain_s = drain_s
        self._on_stop = on_stop
        self._ended = threading.Event()
        self._renewed_at = time.monotonic()
        self._draining_since: float | None = None
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(CHECK_PERIOD_S):
            try:
                stop = self._beat()
            except LostLeaseError:
                stop = Stop.LOST
            except StoreError as error:
                log.warning("heartbeat failed", error=str(error))
                # Another worker may have the run by now, so this one must not pay for calls.
                stop = Stop.LOST if self._age() > self._lease_s else None
            if stop:
                log.info("run stops", reason=stop.value)
                self._on_stop(stop)
                return

    def _beat(self) -> Stop | None:
        if self._age() >= self._lease_s / RENEWALS_PER_LEASE:
            self._store.leases.renew(self._lease)
            self._renewed_at = time.monotonic()
        if self._store.leases.is_cancelled(self._lease):
            return Stop.CANCELLED
        if self._draining():
            self._draining_since = self._draining_since or time.monotonic()
            if time.monotonic() - self._draining_since > self._drain_s:
                return Stop.DRAINED
        return None

    def _age(self) -> float:
        """Seconds since the lease was last renewed."""
        return time.monotonic() - self._renewed_at
