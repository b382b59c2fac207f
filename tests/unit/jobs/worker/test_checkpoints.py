"""Checkpoints in both databases: kept, found by another process, and deleted."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys

import psycopg
import pytest
from langgraph.checkpoint.base import Checkpoint, empty_checkpoint
from pydantic import SecretStr

from virtual_lab.domain import Question
from virtual_lab.errors import StoreError
from virtual_lab.jobs.worker.checkpoints import open_checkpoints
from virtual_lab.settings import Settings

RUN = {"configurable": {"thread_id": "run", "checkpoint_ns": ""}}
QUESTION = Question(topic="새로운 식품 novel food?")


@pytest.fixture(params=["settings", "shared_settings"])
def anywhere(request: pytest.FixtureRequest) -> Settings:
    """The settings of a machine by itself, and of one among several."""
    found: Settings = request.getfixturevalue(request.param)
    return found


async def keep(settings: Settings) -> Checkpoint:
    async with open_checkpoints(settings) as checkpoints:
        kept = empty_checkpoint()
        kept["channel_values"] = {"question": QUESTION}
        kept["channel_versions"] = {"question": "1"}
        await checkpoints.aput(
            RUN, kept, {"source": "loop", "step": 1, "parents": {}}, {"question": "1"}
        )
        return kept


def test_a_finished_step_is_found_again(anywhere: Settings) -> None:
    async def found() -> object:
        async with open_checkpoints(anywhere) as checkpoints:
            last = await checkpoints.aget_tuple(RUN)
            assert last
            return last.checkpoint["id"], last.checkpoint["channel_values"]["question"]

    kept = asyncio.run(keep(anywhere))
    assert asyncio.run(found()) == (kept["id"], QUESTION)


def test_the_steps_of_one_run_are_deleted_alone(anywhere: Settings) -> None:
    other = {"configurable": {"thread_id": "other", "checkpoint_ns": ""}}

    async def left() -> tuple[object, object]:
        async with open_checkpoints(anywhere) as checkpoints:
            await checkpoints.aput(
                other, empty_checkpoint(), {"source": "input", "step": -1, "parents": {}}, {}
            )
            await checkpoints.adelete_thread("run")
            return await checkpoints.aget(RUN), await checkpoints.aget(other)

    asyncio.run(keep(anywhere))
    gone, kept = asyncio.run(left())
    assert gone is None
    assert kept is not None


_OPEN = """
import asyncio, sys
from virtual_lab.jobs.worker.checkpoints import open_checkpoints
from virtual_lab.settings import Settings

async def look():
    async with open_checkpoints(Settings(database_url=sys.argv[1])) as checkpoints:
        await checkpoints.aget({"configurable": {"thread_id": "run"}})

asyncio.run(look())
"""


def test_machines_that_start_at_once_make_the_tables_once(postgres_url: str) -> None:
    machines = [subprocess.Popen([sys.executable, "-c", _OPEN, postgres_url]) for _ in range(4)]
    assert [machine.wait(timeout=120) for machine in machines] == [0] * 4
    with psycopg.connect(postgres_url) as connection:
        tables = connection.execute(
            "SELECT table_schema FROM information_schema.tables WHERE table_name = 'checkpoints'"
        ).fetchall()
    assert tables == [("checkpoints",)]


def test_a_database_that_goes_away_is_an_error_of_the_store(
    shared_settings: Settings, postgres_url: str
) -> None:
    async def lose() -> None:
        async with open_checkpoints(shared_settings) as checkpoints:
            with psycopg.connect(postgres_url) as admin:
                admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            await checkpoints.aget(RUN)

    asyncio.run(keep(shared_settings))
    with pytest.raises(StoreError, match=r"127\.0\.0\.1"):
        asyncio.run(lose())


def test_a_file_that_is_locked_is_an_error_of_the_store(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("virtual_lab.jobs.worker.checkpoints.BUSY_TIMEOUT_S", 0.1)
    asyncio.run(keep(settings))
    other = sqlite3.connect(settings.checkpoints_path, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"checkpoints\.sqlite3.*locked"):
            asyncio.run(keep(settings))
    finally:
        other.close()


def test_a_database_that_is_not_there_is_named_without_its_password(settings: Settings) -> None:
    url = SecretStr("postgresql://lab:hidden@127.0.0.1:1/lab")
    absent = settings.model_copy(update={"database_url": url})
    with pytest.raises(StoreError, match=r"127\.0\.0\.1:1/lab: .*refused") as caught:
        asyncio.run(keep(absent))
    assert "hidden" not in str(caught.value)
