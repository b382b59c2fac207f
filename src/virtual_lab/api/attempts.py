"""Attempts: how often an address has shown a wrong key of late."""

from __future__ import annotations

import time
from collections import OrderedDict, deque

MOST = 10
WINDOW_S = 60.0
_MOST_ADDRESSES = 10_000


class Attempts:
    """The wrong keys of the last minute, by address, in this process.

    A key of 256 random bits is not guessed at any rate; this keeps those who try from the database.
    """

    def __init__(self) -> None:
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    def fail(self, address: str) -> None:
        """Write a wrong key down."""
        failures = self._failures.setdefault(address, deque(maxlen=MOST))
        failures.append(time.monotonic())
        self._failures.move_to_end(address)
        if len(self._failures) > _MOST_ADDRESSES:
            self._failures.popitem(last=False)

    def wait_s(self, address: str) -> float:
        """How long an address has to wait before its next attempt, in seconds; 0 for not at all."""
        failures = self._failures.get(address)
        if failures is None or len(failures) < MOST:
            return 0.0
        return max(0.0, failures[0] + WINDOW_S - time.monotonic())
