"""Figures of runs."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from virtual_lab.api.metrics import VectorCollector, render_metrics
from virtual_lab.documents.readers.markdown import markdown_document
from virtual_lab.domain import Question, Usage
from virtual_lab.library.sqlite.index import Index
from virtual_lab.settings import Settings
from virtual_lab.store import Priority, Store, StoredCall, Submission
from virtual_lab.store.tables import runs

AGE = "virtual_lab_oldest_pending_age_seconds "


def age(store: Store) -> float:
    """The figure."""
    text = render_metrics(store).decode()
    return float(next(line for line in text.splitlines() if line.startswith(AGE)).split()[1])


@pytest.mark.slow
def test_it_is_the_age_of_the_first_in_the_queue(tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path / 'runs.sqlite3'}") as store:
        assert age(store) == 0
        created = datetime.now(UTC) - timedelta(hours=1)
        ids = [store.runs.submit(Question(topic=f"{n}")).id for n in range(3)]
        with store.database.writing() as connection:
            connection.execute(
                sa.update(runs).where(runs.c.id == ids[0]).values(due_at=created.timestamp())
            )
        assert 3600 <= age(store) < 7200
        store.runs.cancel(ids[0])
        assert age(store) < 3600


def test_what_has_happened_stays_when_its_run_is_gone(tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path / 'runs.sqlite3'}") as store:
        run_id = store.runs.submit(Question(topic="a")).id
        lease = store.leases.claim(run_id, "worker")
        assert lease
        usage = Usage(calls=1, prompt_tokens=30, completion_tokens=12, cost=0.25)
        for _ in range(2):
            store.ledger.record(run_id, StoredCall("k" * 64, "answer", usage, model="openai:gpt-5"))
        abandoned = store.leases.abandon(store.leases.held()[0])
        assert abandoned
        store.runs.cancel(run_id)
        store.retention.delete_runs([run_id])
        found = samples(store)
    assert found["virtual_lab_attempts_total"] == 1
    assert found["virtual_lab_lost_workers_total"] == 1
    assert found["virtual_lab_leases"] == 0
    assert found["virtual_lab_model_calls_total", "openai:gpt-5"] == 2
    assert found["virtual_lab_model_tokens_total", "openai:gpt-5"] == 84
    assert found["virtual_lab_model_cost_dollars_total", "openai:gpt-5"] == 0.5
    assert found["virtual_lab_run_wait_seconds_count"] == 1
    assert found["virtual_lab_run_duration_seconds_bucket", "+Inf"] == 1


def test_the_queue_is_what_may_start(tmp_path: Path) -> None:
    question = Question(topic="a")
    with Store(f"sqlite:///{tmp_path / 'runs.sqlite3'}") as store:
        batch = Submission(question, priority=Priority.BATCH)
        store.runs.submit_all([Submission(question), batch, batch])
        store.runs.submit(question, start_in_s=3600)
        found = samples(store)
    assert found["virtual_lab_queue_depth", "interactive"] == 1
    assert found["virtual_lab_queue_depth", "batch"] == 2
    assert found["virtual_lab_runs", "pending"] == 4


@pytest.mark.parametrize(("model", "expected"), [("hashed", 1), ("", None)])
def test_passages_that_wait_for_their_vector(
    tmp_path: Path, model: str, expected: int | None
) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path, embeddings=model)
    with closing(Index(settings.library_path)) as index:
        index.add(markdown_document("# A\n\nA novel food.\n", Path("a.md")), "default")
    of_process = CollectorRegistry()
    of_process.register(VectorCollector(settings))
    with Store(f"sqlite:///{tmp_path / 'runs.sqlite3'}") as store:
        found = samples(store, of_process)
    assert found.get("virtual_lab_passages_without_vector") == expected


def samples(store: Store, of_process: CollectorRegistry | None = None) -> dict[object, float]:
    """All figures by their name, and their label where they have one."""
    families = text_string_to_metric_families(render_metrics(store, of_process).decode())
    return {
        (sample.name, *sample.labels.values()) if sample.labels else sample.name: sample.value
        for family in families
        for sample in family.samples
    }
