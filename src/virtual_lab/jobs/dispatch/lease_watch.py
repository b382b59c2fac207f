"""The lease watch: finds leases that are no longer renewed, without comparing clocks."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from virtual_lab.store import HeldRun


class LeaseWatch:
    """One process's view of the leases of all workers.

    A lease has lapsed when this process has seen it unchanged for ``lease_s`` seconds of its own
    monotonic clock. Clocks of two machines are never compared, so a wrong or corrected clock
    neither takes a run from a living worker nor leaves it with a dead one.

    Args:
        lease_s: how long a lease is valid without being renewed, in seconds.
        clock: the monotonic clock, in seconds.
    """

    def __init__(self, lease_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._lease_s = lease_s
        self._clock = clock
        self._since: dict[HeldRun, float] = {}

    def lapsed(self, held: Sequence[HeldRun]) -> list[HeldRun]:
        """Those of the leases held now that have lapsed."""
        now = self._clock()
        self._since = {lease: self._since.get(lease, now) for lease in held}
        return [lease for lease, since in self._since.items() if now - since > self._lease_s]
