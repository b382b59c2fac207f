"""The log: one form for all, the run on every line, and no secret in any."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from virtual_lab.logs import redact, run_context, set_up_logs
from virtual_lab.settings import Settings

KEY = "tvly-1234567890abcdef"


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers, root.level = before
    structlog.reset_defaults()


def set_up(**values: Any) -> None:
    """Set the logs up with these settings."""
    set_up_logs(Settings(REDIS_URL=None, DATABASE_URL=None, **values))


def test_our_lines_and_foreign_ones_are_json_with_the_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_up(log_format="json")
    with run_context("run-1"):
        structlog.get_logger("ours").info("begun", 단계=1)
        logging.getLogger("foreign").warning("slow: %s s", 3)
    structlog.get_logger("ours").info("outside")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == ["begun", "slow: 3 s", "outside"]
    assert [line.get("run_id") for line in lines] == ["run-1", "run-1", None]
    assert lines[0]["단계"] == 1
    assert (lines[1]["level"], lines[1]["logger"]) == ("warning", "foreign")


def test_a_console_gets_lines_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(log_format="console")
    structlog.get_logger("ours").info("begun", step=1)
    line = capsys.readouterr().err
    assert "begun" in line
    assert "step=1" in line
    assert not line.startswith("{")


def test_less_important_lines_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(log_format="json", log_level="warning")
    structlog.get_logger("ours").info("detail")
    logging.getLogger("httpx").info("GET https://host/?key=1")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("form", ["json", "console"])
def test_no_secret_is_in_any_line(capsys: pytest.CaptureFixture[str], form: str) -> None:
    own = "a-key-of-no-known-shape"
    set_up(log_format=form, OPENAI_API_KEY=own, TAVILY_API_KEY=KEY)
    logger = structlog.get_logger("ours")
    logger.info(f"calling with {own}", header={"Authorization": f"Bearer {own}"}, key=KEY)
    logging.getLogger("foreign").error("redis://user:open-sesame@host:6379/0 is down")
    try:
        raise RuntimeError(f"401 for {own}")
    except RuntimeError:
        logger.exception("failed")
    output = capsys.readouterr().err
    assert "failed" in output
    assert "RuntimeError" in output
    assert "redis://user:********@host:6379/0 is down" in output
    for secret in (own, KEY, "open-sesame"):
        assert secret not in output


@pytest.mark.parametrize(
    "text",
    [
        "Basic requirements: tokens 5, password policy",
        "https://host:8000/path?q=1",
        "see section 2:3 and sk-2",
        "The token bucket of a bearer plant",
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("api_key=abc123, next", "api_key=********, next"),
        ('{"password": "abc"}', '{"password": "********"}'),
        ("Authorization: Bearer abc.def", "Authorization: Bearer ********"),
        ("sk-proj-abcdefgh12345678", "********"),
    ],
)
def test_what_looks_like_a_secret_is_hidden(text: str, clean: str) -> None:
    assert redact(text) == clean
