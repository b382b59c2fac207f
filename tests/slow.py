"""Which tests are slow, as their folders, fixtures and parameters tell.

``make test`` leaves out what is marked ``slow``: what starts a process, a database server or a
browser, reads the real documents, or waits. Folders and fixtures tell most of them; the others
carry the mark themselves.
"""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
SLOW_FOLDERS = ("acceptance", "browser", "faults")
SLOW_FIXTURES = ("postgres_server", "postgres_url", "shared_data")
SLOW_PARAMETER = "postgresql"


def is_slow(item: pytest.Item) -> bool:
    """Whether a test's folder, fixtures or parameters tell that it is slow."""
    call = getattr(item, "callspec", None)
    return (
        item.path.relative_to(TESTS).parts[0] in SLOW_FOLDERS
        or not set(SLOW_FIXTURES).isdisjoint(getattr(item, "fixturenames", ()))
        or (call is not None and SLOW_PARAMETER in call.params.values())
    )
