"""What an operator is told of the queue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from virtual_lab.domain import Question
from virtual_lab.errors import SlowHostError
from virtual_lab.jobs.dispatch.diagnosis import diagnose
from virtual_lab.store import Store, Submission
from virtual_lab.store.tables import runs

QUESTION = Question(topic="Which foods need a novel food authorisation?")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with Store(f"sqlite:///{tmp_path / 'runs.sqlite3'}") as opened:
        yield opened


def let_wait(store: Store) -> None:
    """Let two hours pass for all that waits."""
    with store.database.writing() as connection:
        connection.execute(sa.update(runs).values(due_at=runs.c.due_at - 7200))


def test_nothing_is_wrong_with_a_run_that_has_just_come(store: Store) -> None:
    store.runs.submit(QUESTION)
    assert diagnose(store, 10) == []


def test_runs_that_wait_for_a_worker_that_is_not_there(store: Store) -> None:
    store.runs.submit(QUESTION)
    let_wait(store)
    (found,) = diagnose(store, 10)
    assert "720" in found.what.text()
    assert "virtual-lab worker" in found.remedy.text()


def test_a_long_queue_in_front_of_a_busy_worker_is_none(store: Store) -> None:
    for _ in range(2):
        store.runs.submit(QUESTION)
    let_wait(store)
    assert store.leases.claim(store.runs.list().items[0].id, "worker")
    assert diagnose(store, 10) == []


def test_a_queue_that_is_nearly_full(store: Store) -> None:
    store.runs.submit_all([Submission(QUESTION)] * 10)
    (found,) = diagnose(store, 10)
    assert "10 of 10" in found.what.text()
    assert "VIRTUAL_LAB_MAX_PENDING" in found.remedy.text()


def test_webhooks_that_are_not_taken(store: Store) -> None:
    run = store.runs.submit_all([Submission(QUESTION, webhook="https://example.org")])[0]
    store.runs.cancel(run.id)
    assert diagnose(store, 10) == []
    store.deliveries.failed(store.deliveries.take()[0], SlowHostError("a.org"), 60)
    (found,) = diagnose(store, 10)
    assert "1 webhooks" in found.what.text()
