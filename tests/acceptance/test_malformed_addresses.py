"""Addresses that cannot be read: said in one line, without the password, by every program.

``tests/unit/test_settings.py`` has all the ways in which they are malformed.
"""

from __future__ import annotations

import sys

import pytest

from tests.acceptance.processes import Processes

SECRET = "open-sesame"
LAB = (sys.executable, "-m", "virtual_lab.cli")


@pytest.mark.parametrize(
    ("variable", "url"),
    [
        ("REDIS_URL", f"redis://:x/{SECRET}@127.0.0.1:1/0"),
        ("VIRTUAL_LAB_CACHE_URL", f"redis://127.0.0.1:{SECRET}/0"),
        ("DATABASE_URL", f"postgresql://127.0.0.1:1/0?password={SECRET}"),
    ],
)
@pytest.mark.parametrize(
    "command",
    [
        (*LAB, "doctor"),
        (sys.executable, "-m", "celery", "-A", "celery_app", "worker", "--pool=solo"),
    ],
)
def test_a_malformed_address_shows_no_password(
    processes: Processes, variable: str, url: str, command: tuple[str, ...]
) -> None:
    said = processes.run(*command, **{variable: url})
    text = said.stdout + said.stderr
    assert said.returncode != 0
    assert f"{variable}: write it as" in text
    assert SECRET not in text
    assert "Traceback" not in text
