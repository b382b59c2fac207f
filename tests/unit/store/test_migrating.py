"""Migrations: made by any process, forward and back, never by an older version."""

from __future__ import annotations

import subprocess
import sys

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from tests.unit.store.conftest import QUESTION, event, report
from virtual_lab.domain import EventKind
from virtual_lab.errors import StoreError
from virtual_lab.store import Database, RunState, Store
from virtual_lab.store.migrating import HEAD, MIGRATIONS, migrate
from virtual_lab.store.tables import metadata


def test_the_migrations_make_the_tables_of_the_code(store: Store) -> None:
    with store.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_code_works_with_the_latest_revision() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_the_tables_are_taken_back_and_made_again(database_url: str) -> None:
    database = Database(database_url)
    try:
        migrate(database)
        migrate(database, "base")
        with database.reading() as connection:
            assert sa.inspect(connection).get_table_names() == ["alembic_version"]
        migrate(database)
        with database.reading() as connection:
            assert sa.inspect(connection).has_table("runs")
    finally:
        database.close()


def test_what_is_kept_outlives_the_way_back_and_forward(database_url: str) -> None:
    """To the first tables and back: who goes back to an old version loses no run and no report."""
    with Store(database_url) as store:
        run = store.runs.submit(QUESTION)
        lease = store.leases.claim(run.id, "worker")
        assert lease
        store.events.append(lease, event())
        store.leases.finish(lease, report(), event(EventKind.FINISHED, 12))
        waiting = store.runs.submit(QUESTION)
        migrate(store.database, "0001")
        migrate(store.database)
        kept = [store.runs.get(run.id).state, store.runs.get(waiting.id).state]
        assert kept == [RunState.SUCCESS, RunState.PENDING]
        assert store.reports.get(run.id).report == report()
        assert [logged.event for logged in store.events.after(run.id)][-1].current == 12
        again = store.leases.claim(waiting.id, "worker")
        assert again


def test_a_database_of_a_newer_version_is_left_alone(database_url: str) -> None:
    with Store(database_url) as store, store.database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match=r"newer version .*9999"):
        Store(database_url)


@pytest.mark.slow
def test_processes_that_start_at_once_make_the_tables_once(database_url: str) -> None:
    code = f"from virtual_lab.store import Store; Store({database_url!r}).runs.counts()"
    processes = [
        subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    errors = [process.communicate()[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, errors
