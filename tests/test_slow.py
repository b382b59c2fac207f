"""The mark ``slow``: whoever starts a process needs it, and most tests do without."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import slow

REPOSITORY = Path(__file__).resolve().parents[1]
FAST = ("tests/unit", "tests/test_docs.py")
"""What ``make test`` runs."""

pytestmark = pytest.mark.slow


def test_a_process_is_noted_however_it_is_started() -> None:
    subprocess.run([sys.executable, "-c", ""], check=True)
    os.waitpid(os.posix_spawn(sys.executable, [sys.executable, "-c", ""], {}), 0)
    noted = [line.partition(" ")[0] for line in slow.processes_started]
    assert noted == ["subprocess.Popen", "os.posix_spawn"]


def test_a_test_without_the_mark_fails_where_it_starts_a_process(tmp_path: Path) -> None:
    test = tmp_path / "test_unmarked.py"
    test.write_text(
        "import subprocess, sys\n"
        "def test_it():\n"
        "    subprocess.run([sys.executable, '-c', ''], check=True)\n",
        "utf-8",
    )
    done = run_pytest("-p", "tests.conftest", "--rootdir", str(REPOSITORY), str(test))
    assert "mark the test slow" in done, done


def test_most_tests_are_fast() -> None:
    listed = run_pytest("--collect-only", "-q", "-m", "not slow", *FAST)
    found = re.search(r"(\d+)/(\d+) tests collected", listed)
    assert found, listed
    fast, of_these = map(int, found.groups())
    assert fast > 2_000
    assert fast > 0.8 * of_these


def run_pytest(*arguments: str) -> str:
    """What pytest prints, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr
