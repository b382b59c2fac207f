"""Watching leases: which of them are renewed no more, whatever the clocks say."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from virtual_lab.store import HeldRun


class LeaseWatch:
    """One process's view of the leases of all workers.

    A lease has run out when it has been seen unchanged for as long as it lives, measured by the
    clock of this process that only goes forward. No two clocks are compared, so a machine whose
    clock is wrong, or is put right, neither loses its runs nor keeps those of the dead.

    Args:
        lease_s: how long a lease lives without being renewed, in seconds.
        clock: seconds on a clock that only goes forward.
    """

    def __init__(self, lease_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._lease_s = lease_s
        self._clock = clock
        self._since: dict[HeldRun, float] = {}

    def lapsed(self, held: Sequence[HeldRun]) -> list[HeldRun]:
        """Those of the leases that are held now that have run out."""
        now = self._clock()
        self._since = {lease: self._since.get(lease, now) for lease in held}
        return [lease for lease, since in self._since.items() if now - since > self._lease_s]
