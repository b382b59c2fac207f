"""Failed sign-ins: how often a wrong API key was sent in the last minute, by key and by address."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from hashlib import sha256

MOST_WRONG_KEYS = 10
"""How many wrong keys are allowed in ``WINDOW_S`` seconds."""

WINDOW_S = 60.0
_MOST_REMEMBERED = 10_000


class FailedSignIns:
    """The wrong keys of the last minute, by key and by address, in this process.

    A key of 256 random bits cannot be guessed. The limit prevents that attackers, or programs with
    an old key, load the database with calls.
    """

    def __init__(self) -> None:
        self._of_keys = _Failures()
        self._of_addresses = _Failures()

    def fail(self, address: str, key: str) -> None:
        """Count that an address has sent a wrong key."""
        self._of_keys.add(_digest(key))
        self._of_addresses.add(address)

    def wait_of_key_s(self, key: str) -> float:
        """How many seconds a wrong key is refused without a look into the database; 0 for none."""
        return self._of_keys.wait_s(_digest(key))

    def wait_of_address_s(self, address: str) -> float:
        """How many seconds wrong keys of an address are refused; 0 for none."""
        return self._of_addresses.wait_s(address)


class _Failures:
    """The times of the last failures, by key or by address."""

    def __init__(self) -> None:
        self._times: OrderedDict[str, deque[float]] = OrderedDict()

    def add(self, name: str) -> None:
        times = self._times.setdefault(name, deque(maxlen=MOST_WRONG_KEYS))
        times.append(time.monotonic())
        self._times.move_to_end(name)
        if len(self._times) > _MOST_REMEMBERED:
            self._times.popitem(last=False)

    def wait_s(self, name: str) -> float:
        times = self._times.get(name)
        if times is None or len(times) < MOST_WRONG_KEYS:
            return 0.0
        return max(0.0, times[0] + WINDOW_S - time.monotonic())


def _digest(key: str) -> str:
    """The digest of a key. The key itself is not kept, since it may be a mistyped right one."""
    return sha256(key.encode()).hexdigest()
