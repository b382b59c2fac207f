"""The commands as a whole: help at once, and an error in one line."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.unit.cli.conftest import Command

SLOW = ("celery", "fastapi", "langchain_core", "langgraph", "redis", "rich.markdown", "sqlalchemy")
LOADED = f"""
import sys
import virtual_lab.cli.app
print(*sorted(set({SLOW!r}) & set(sys.modules)))
"""


@pytest.mark.slow
def test_help_loads_nothing_that_is_slow() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def test_help_names_every_command(command: Command) -> None:
    outcome = command("--help")
    assert outcome.status == 0
    for name in ("research", "up", "serve", "worker", "runs", "report", "doctor", "config"):
        assert f" {name} " in outcome.out


@pytest.mark.parametrize(
    "words",
    [
        ("runs", "list"),
        ("report", "list"),
        ("up", "--port", "8999"),
        ("serve",),
        ("worker",),
    ],
)
def test_a_database_that_cannot_be_used_is_one_line(
    command: Command, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://user:hidden@host/name")
    outcome = command(*words)
    assert outcome.status == 1
    assert outcome.err.count("\n") == 1
    assert outcome.err.startswith(
        "virtual-lab: The store of runs and reports cannot be used: mysql"
    )
    assert "hidden" not in outcome.err


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ("research", "a topic", "--rouns", "2"),
            "virtual-lab research: No such option: --rouns"
            " (Possible options: --out, --rounds, --sources) (see virtual-lab research -h)",
        ),
        (
            ("report", "show"),
            "virtual-lab report show: Missing argument 'report_id'."
            " (see virtual-lab report show -h)",
        ),
        (
            ("reserch",),
            "virtual-lab: No such command 'reserch'. Did you mean 'research'? (see virtual-lab -h)",
        ),
    ],
)
def test_wrong_use_is_one_line_that_says_where_help_is(
    command: Command, words: tuple[str, ...], line: str
) -> None:
    assert command(*words) == (2, "", f"{line}\n")


def test_a_group_without_a_command_shows_its_help(command: Command) -> None:
    outcome = command("report")
    assert (outcome.status, outcome.err) == (2, "")
    assert "regenerate" in outcome.out


def test_a_setting_that_cannot_be_used_is_one_line(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIRTUAL_LAB_ROUNDS", "many")
    outcome = command("runs", "list")
    assert outcome.status == 2
    assert outcome.err.count("\n") == 1
    assert "VIRTUAL_LAB_ROUNDS" in outcome.err
