"""The age of the oldest run that waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from virtual_lab.api.metrics import render_metrics
from virtual_lab.domain import Question
from virtual_lab.store import Store
from virtual_lab.store.tables import runs

AGE = "virtual_lab_oldest_pending_age_seconds "


def age(store: Store) -> float:
    """The figure."""
    text = render_metrics(store).decode()
    return float(next(line for line in text.splitlines() if line.startswith(AGE)).split()[1])


def test_it_is_the_age_of_the_first_in_the_queue(tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path / 'runs.sqlite3'}") as store:
        assert age(store) == 0
        created = datetime.now(UTC) - timedelta(hours=1)
        ids = [store.runs.submit(Question(topic=f"{n}")).id for n in range(3)]
        with store.database.writing() as connection:
            connection.execute(
                sa.update(runs).where(runs.c.id == ids[0]).values(created_at=created.timestamp())
            )
        assert 3600 <= age(store) < 7200
        store.runs.cancel(ids[0])
        assert age(store) < 3600
