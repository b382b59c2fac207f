"""Filling the store with runs that have ended, as they would be after months."""

from __future__ import annotations

import time
from uuid import uuid4

import sqlalchemy as sa

from benchmarks.service.calls import QUESTIONS
from virtual_lab.domain import Question
from virtual_lab.jobs.run_log import open_store
from virtual_lab.settings import load_settings
from virtual_lab.store import RunState
from virtual_lab.store.tables import runs

_PART = 1000
_APART_S = 60.0


def fill(count: int) -> None:
    """Write ``count`` runs that have ended into the store that the settings name.

    They lie in the days before now, one a minute, within what is kept by default for a while.
    """
    question = Question(topic=QUESTIONS[0]).model_dump_json()
    now = time.time()
    with open_store(load_settings()) as store:
        for start in range(0, count, _PART):
            rows = [
                _row(question, now - number * _APART_S)
                for number in range(start, min(start + _PART, count))
            ]
            with store.database.writing() as connection:
                connection.execute(sa.insert(runs), rows)


def _row(question: str, at: float) -> dict[str, object]:
    run_id = str(uuid4())
    return {
        "id": run_id,
        "session_id": run_id,
        "question": question,
        "priority": 0,
        "state": RunState.SUCCESS,
        "current": 9,
        "total": 9,
        "status": "The report is finished.",
        "attempt": 1,
        "crashes": 0,
        "cancel_requested": False,
        "last_seq": 0,
        "due_at": at,
        "publications": 1,
        "published_at": at,
        "created_at": at,
        "started_at": at,
        "finished_at": at + 1,
    }
