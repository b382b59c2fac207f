"""The command line as a user meets it: words in; exit status and lines out."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import structlog

from tests.reports import small_report
from virtual_lab.cli import main
from virtual_lab.domain import (
    Event,
    EventKind,
    Question,
    Report,
    Source,
)
from virtual_lab.jobs.run_log import open_store
from virtual_lab.settings import load_settings
from virtual_lab.store import Lease, Store

TOPIC = "Which foods [EU] need a novel food authorisation?"


MODEL_SETTINGS = (
    "VIRTUAL_LAB_MODEL",
    "VIRTUAL_LAB_EMBEDDINGS",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "GPT_MODEL",
)


class Outcome(NamedTuple):
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str


Command = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A data folder of the test's own, whatever the environment and a developer's .env say."""
    monkeypatch.setenv("VIRTUAL_LAB_DATA_DIR", str(tmp_path / "data"))
    for name in ("REDIS_URL", "DATABASE_URL", "TAVILY_API_KEY", "SEARXNG_URL", *MODEL_SETTINGS):
        monkeypatch.setenv(name, "")
    root = logging.getLogger()
    before = root.handlers[:], root.level
    load_settings.cache_clear()
    yield
    load_settings.cache_clear()
    root.handlers, root.level = before
    structlog.reset_defaults()


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs ``virtual-lab`` with these words in this process."""

    def run(*words: str) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["virtual-lab", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return Outcome(int(ended.value.code or 0), printed.out, printed.err)

    return run


@pytest.fixture
def store() -> Iterator[Store]:
    """The store that the commands use."""
    with open_store(load_settings()) as opened:
        yield opened


def submit(store: Store, topic: str = TOPIC) -> str:
    """Submit a run; gives its id."""
    return store.runs.submit(Question(topic=topic)).id


def begin(store: Store, run_id: str) -> Lease:
    """Let a worker claim a run, which tells of one step."""
    lease = store.leases.claim(run_id, "worker")
    assert lease
    store.events.append(
        lease, Event(kind=EventKind.PLANNED, current=1, total=9, status="Team: two specialists")
    )
    return lease


def finish(store: Store, run_id: str) -> None:
    """Let a run end in success, with a report."""
    last = Event(kind=EventKind.FINISHED, current=9, total=9, status="The report is ready.")
    store.leases.finish(begin(store, run_id), report(), last)


def report() -> Report:
    """A report with one finding in one source."""
    return small_report(TOPIC, TOPIC, Source(id="a1", title="A document"), "needed")
