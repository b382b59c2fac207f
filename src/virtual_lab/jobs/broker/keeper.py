"""Ends the embedded broker once nobody uses it, also where its users were killed.

A process of its own, started beside the server by ``jobs.embedded``, which explains the locks. It
runs by its path and imports nothing of this package, so that it takes little memory.
"""

import contextlib
import fcntl
import json
import os
import signal
import sys
import time
from pathlib import Path

_STOP_S = 5.0
_POLL_S = 0.02
_MOST_INHERITED = 256


def main(folder: Path, server: int) -> None:
    """Wait until nobody uses the server, and end it.

    Args:
        folder: of the broker, with its locks.
        server: the process number of the server.
    """
    # The lock that says whether the server lives is inherited with the others, and not ours.
    os.closerange(3, _MOST_INHERITED)
    users = os.open(folder / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
    while True:
        fcntl.flock(users, fcntl.LOCK_EX)
        fcntl.flock(users, fcntl.LOCK_UN)
        turn = os.open(folder / "turn.lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(turn, fcntl.LOCK_EX)
        # Somebody may have come while this process waited for its turn.
        if _is_free(users):
            _end(folder, server)
            return
        os.close(turn)


def _end(folder: Path, server: int) -> None:
    note = folder / "broker.json"
    lock = os.open(folder / "server.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        known = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    if known["pid"] != server or _is_free(lock):
        return
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(server, number)
        until = time.monotonic() + _STOP_S
        while time.monotonic() < until:
            if _is_free(lock):
                Path(known["socket"]).unlink(missing_ok=True)
                note.unlink(missing_ok=True)
                return
            time.sleep(_POLL_S)


def _is_free(lock: int) -> bool:
    """Whether nobody else holds a lock; then this process does."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
