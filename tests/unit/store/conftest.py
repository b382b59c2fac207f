"""A fresh store for every test, and what goes into one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.reports import small_report
from virtual_lab.domain import (
    Event,
    EventKind,
    Question,
    Report,
    Source,
)
from virtual_lab.store import Lease, Store
from virtual_lab.store.tables import runs

QUESTION = Question(topic="Which foods need a novel food authorisation?")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, once for each kind."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path / 'runs.sqlite3'}"


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An empty store."""
    with Store(database_url) as opened:
        yield opened


@pytest.fixture
def lease(store: Store) -> Lease:
    """A run that is being worked on."""
    run = store.runs.submit(QUESTION)
    claimed = store.leases.claim(run.id, "worker")
    assert claimed
    return claimed


@pytest.fixture
def set_run(store: Store) -> Callable[..., None]:
    """Sets columns of a run, to let time pass."""

    def change(run_id: str, **values: object) -> None:
        with store.database.writing() as connection:
            connection.execute(sa.update(runs).where(runs.c.id == run_id).values(**values))

    return change


def event(kind: EventKind = EventKind.PLANNED, current: int = 1, status: str = "going") -> Event:
    """An event of a run of twelve steps."""
    return Event(kind=kind, current=current, total=12, status=status)


def report(title: str = "Novel foods", source_id: str = "a1") -> Report:
    """A report with one finding in one source."""
    source = Source(id=source_id, title=f"Document {source_id}")
    return small_report(title, QUESTION.topic, source)
