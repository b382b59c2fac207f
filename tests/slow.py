"""Which tests are slow, as their folders, fixtures and parameters tell.

``make test`` leaves out what is marked ``slow``: what starts a process, a database server or a
browser, reads the real documents, or waits. Folders and fixtures tell most of them; the others
carry the mark themselves. A test that starts a process without it fails, and says so.
"""

from __future__ import annotations

import platform
import sys
from typing import Any

import pytest

SLOW_FOLDERS = ("tests/acceptance/", "tests/browser/", "tests/faults/", "tests/integration/")
SLOW_FIXTURES = ("postgres_server", "postgres_url", "shared_data")
SLOW_PARAMETERS = ("postgresql", "shared_settings")
# https://docs.python.org/3/library/audit_events.html
PROCESS_EVENTS = ("subprocess.Popen", "os.fork", "os.posix_spawn", "os.startfile", "os.system")

processes_started: list[str] = []
"""The programs that this process has started for the test that runs."""


def is_slow(item: pytest.Item) -> bool:
    """Whether a test's folder, fixtures or parameters tell that it is slow."""
    call = getattr(item, "callspec", None)
    return (
        item.nodeid.startswith(SLOW_FOLDERS)
        or not set(SLOW_FIXTURES).isdisjoint(getattr(item, "fixturenames", ()))
        or (call is not None and any(value in SLOW_PARAMETERS for value in call.params.values()))
    )


def note_processes() -> None:
    """Note every process that is started from now on in ``processes_started``."""
    platform.processor()  # It runs a program at its first call, whoever calls it.

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event in PROCESS_EVENTS:
            processes_started.append(f"{event} {arguments[:2]}")

    sys.addaudithook(note)
