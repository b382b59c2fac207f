"""The keeper: a process that ends the embedded broker once no process uses it any more.

It also ends the broker of users that were killed. ``embedded.py`` starts it beside the server and
explains the locks. It imports nothing of this package, so that it takes little memory.
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
_MOST_INHERITED_DESCRIPTORS = 256


def main(folder: Path, server: int) -> None:
    """Wait until no process uses the server, and end it.

    Args:
        folder: the folder of the broker, which holds its locks.
        server: the process number of the server.
    """
    # ``server.lock`` was inherited too; kept open, it would say that the server is alive.
    os.closerange(3, _MOST_INHERITED_DESCRIPTORS)
    users = os.open(folder / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
    while True:
        fcntl.flock(users, fcntl.LOCK_EX)
        fcntl.flock(users, fcntl.LOCK_UN)
        turn = os.open(folder / "turn.lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(turn, fcntl.LOCK_EX)
        # A new user may have come while this process waited for the lock.
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
    """Whether no other process holds a lock; if so, this process holds it now."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
