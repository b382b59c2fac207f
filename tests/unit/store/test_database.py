"""The database: its clock, its transactions, and what is said where it cannot be used."""

from __future__ import annotations

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.unit.store.conftest import QUESTION
from virtual_lab.errors import StoreError
from virtual_lab.store import Database, Store
from virtual_lab.store.database import clock


def test_the_clock_tells_the_time(store: Store) -> None:
    with store.database.reading() as connection:
        told = connection.execute(sa.select(clock())).scalar_one()
    assert abs(told - time.time()) < 5


def test_a_transaction_that_fails_writes_nothing(store: Store) -> None:
    run = store.runs.submit(QUESTION)

    def fail() -> None:
        with store.database.writing() as connection:
            connection.exec_driver_sql("DELETE FROM runs")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert store.runs.get(run.id) == run


def test_a_reader_is_not_held_up_by_a_writer(store: Store) -> None:
    run = store.runs.submit(QUESTION)
    with store.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM runs")
        assert store.runs.get(run.id) == run


def test_writers_of_one_process_take_turns(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = {run.id for run in pool.map(lambda _: store.runs.submit(QUESTION), range(64))}
    assert {run.id for run in store.runs.list(limit=200).items} >= ids
    assert len(ids) == 64


def test_a_writer_whose_turn_does_not_come_gives_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("virtual_lab.store.database.BUSY_TIMEOUT_S", 0.1)
    with (
        Store(f"sqlite:///{tmp_path}/runs.sqlite3") as store,
        ThreadPoolExecutor(1) as pool,
        store.database.writing(),
        pytest.raises(StoreError, match="busy"),
    ):
        pool.submit(store.runs.submit, QUESTION).result()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("no address", "DATABASE_URL"),
        ("postgresql://user:hidden@host:port/name", "DATABASE_URL"),
        ("mysql://user:hidden@host/name", "mysql is not supported"),
        ("sqlite:////proc/nowhere/runs.sqlite3", "nowhere"),
    ],
)
def test_an_address_that_cannot_be_used_is_explained(url: str, words: str) -> None:
    with pytest.raises(StoreError, match=words) as caught:
        Store(url)
    assert "hidden" not in str(caught.value)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "runs.sqlite3"
    file.write_text("something else " * 100, encoding="utf-8")
    with pytest.raises(StoreError, match=r"runs\.sqlite3.*not a database"):
        Store(f"sqlite:///{file}")


def test_a_locked_database_is_an_error_of_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("virtual_lab.store.database.BUSY_TIMEOUT_S", 0.1)
    file = tmp_path / "runs.sqlite3"
    with Store(f"sqlite:///{file}") as store:
        other = sqlite3.connect(file, isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="locked"):
                store.runs.submit(QUESTION)
        finally:
            other.close()
        assert store.runs.submit(QUESTION)


def test_making_a_database_connects_to_nothing(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new' / 'runs.sqlite3'}")
    (made,) = (tmp_path / "new").iterdir()
    assert made.stat().st_size == 0
    database.close()
