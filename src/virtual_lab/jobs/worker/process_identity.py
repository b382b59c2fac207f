"""The identity of a process, from which another process can tell whether it is alive."""

from __future__ import annotations

import os
import socket
import sys
from functools import cache
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_NAMESPACE = Path("/proc/self/ns/pid")


def this_process() -> str:
    """The identity of the calling process: machine, process number and time of its start."""
    pid = os.getpid()
    return f"{_place()}/{pid}/{_started(pid) or ''}"


def is_dead(identity: str) -> bool:
    """Whether a process of this machine has certainly ended; False for other machines."""
    place, number, started = identity.rsplit("/", 2) if identity.count("/") >= 2 else ("", "", "")
    if place != _place() or not number.isdigit():
        return False
    pid = int(number)
    if started:
        return _started(pid) != started
    if sys.platform == "win32":
        # On Windows the signal 0 may end the process.
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


@cache
def _place() -> str:
    """Host, boot and process namespace: within these a process number is unique."""
    boot = _BOOT.read_text(encoding="ascii").strip() if _BOOT.is_file() else ""
    namespace = str(_NAMESPACE.stat().st_ino) if _NAMESPACE.exists() else ""
    return f"{socket.gethostname()}/{boot}/{namespace}"


def _started(pid: int) -> str | None:
    """When a process was started, in clock ticks since boot.

    None where it has ended or is a zombie, and on systems without /proc.
    """
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The program's name in brackets may hold spaces and brackets; the other fields follow it.
    fields = text.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else fields[19]
