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

FIRST = """
import subprocess, sys
import pytest
@pytest.fixture(scope="module")
def ended_by_a_process():
    yield
    subprocess.run([sys.executable, "-c", ""], check=True)
@pytest.mark.slow
def test_marked(ended_by_a_process):
    subprocess.run([sys.executable, "-c", ""], check=True)
"""
SECOND = """
import subprocess, sys
def test_that_starts_nothing():
    pass
def test_unmarked():
    subprocess.run([sys.executable, "-c", ""], check=True)
"""

pytestmark = pytest.mark.slow


def test_a_process_is_noted_however_it_is_started() -> None:
    subprocess.run([sys.executable, "-c", ""], check=True)
    os.waitpid(os.posix_spawn(sys.executable, [sys.executable, "-c", ""], {}), 0)
    noted = [line.partition(" ")[0] for line in slow.processes_started]
    assert noted == ["subprocess.Popen", "os.posix_spawn"]


def test_whoever_starts_a_process_without_the_mark_fails_and_nobody_else(tmp_path: Path) -> None:
    (tmp_path / "test_first.py").write_text(FIRST, "utf-8")
    (tmp_path / "test_second.py").write_text(SECOND, "utf-8")
    printed = run_pytest("-p", "tests.conftest", "-c", "pyproject.toml", str(tmp_path))
    assert "3 passed, 1 error" in printed, printed
    assert "test_second.py::test_unmarked - AssertionError: mark the test slow" in printed


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
