"""Addresses that cannot be read: said in one line, without the password, by every program."""

from __future__ import annotations

import sys

import pytest

from tests.acceptance.processes import Processes

SECRET = "open-sesame"
LAB = (sys.executable, "-m", "virtual_lab.cli")


@pytest.mark.parametrize("variable", ["REDIS_URL", "VIRTUAL_LAB_CACHE_URL", "DATABASE_URL"])
@pytest.mark.parametrize(
    "rest",
    [
        f"://:x/{SECRET}@127.0.0.1:1/0",
        f"://user:x#{SECRET}@127.0.0.1:1/0",
        f"://user:x?{SECRET}@127.0.0.1:1/0",
        f"://user:x@{SECRET}@127.0.0.1:1/0",
        f"://127.0.0.1:{SECRET}/0",
        f"://127.0.0.1:1/0?password={SECRET}",
        f":user:{SECRET}@127.0.0.1:1/0",
    ],
)
def test_a_malformed_address_shows_no_password(
    processes: Processes, variable: str, rest: str
) -> None:
    url = ("postgresql" if variable == "DATABASE_URL" else "redis") + rest
    for command in (
        (*LAB, "doctor"),
        (sys.executable, "-m", "celery", "-A", "celery_app", "worker", "--pool=solo"),
    ):
        said = processes.run(*command, **{variable: url})
        text = said.stdout + said.stderr
        assert said.returncode != 0
        assert f"{variable}: write it as" in text
        assert SECRET not in text
        assert "Traceback" not in text
