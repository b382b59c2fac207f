"""Attempts: how often a wrong key was shown of late, and how many an address has shown."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from hashlib import sha256

MOST = 10
WINDOW_S = 60.0
_MOST_REMEMBERED = 10_000


class FailedSignIns:
    """The wrong keys of the last minute, by key and by address, in this process.

    A key of 256 random bits is not guessed at any rate; this keeps those who try, and programs with
    an old key, from writing to the database.
    """

    def __init__(self) -> None:
        self._of_keys = _Failures()
        self._of_addresses = _Failures()

    def fail(self, address: str, key: str) -> None:
        """Write down that an address has shown a wrong key."""
        self._of_keys.add(_digest(key))
        self._of_addresses.add(address)

    def wait_of_key_s(self, key: str) -> float:
        """How long nobody is to show a key again that was wrong, in seconds; 0 for not at all."""
        return self._of_keys.wait_s(_digest(key))

    def wait_of_address_s(self, address: str) -> float:
        """How long an address is to show no wrong key, in seconds; 0 for not at all."""
        return self._of_addresses.wait_s(address)


class _Failures:
    """When the last failures were, by what they are counted for."""

    def __init__(self) -> None:
        self._times: OrderedDict[str, deque[float]] = OrderedDict()

    def add(self, name: str) -> None:
        times = self._times.setdefault(name, deque(maxlen=MOST))
        times.append(time.monotonic())
        self._times.move_to_end(name)
        if len(self._times) > _MOST_REMEMBERED:
            self._times.popitem(last=False)

    def wait_s(self, name: str) -> float:
        times = self._times.get(name)
        if times is None or len(times) < MOST:
            return 0.0
        return max(0.0, times[0] + WINDOW_S - time.monotonic())


def _digest(key: str) -> str:
    """What stands for a key, which may be a slip of a right one and is not kept itself."""
    return sha256(key.encode()).hexdigest()
