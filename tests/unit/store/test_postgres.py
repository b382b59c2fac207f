"""A PostgreSQL that is frozen, goes away or comes back: clear errors, and then it goes on."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack

import psycopg
import pytest
import sqlalchemy as sa

from tests.postgres import Server
from virtual_lab.errors import StoreError
from virtual_lab.postgres import BoundedConnection
from virtual_lab.store import Store, database


@pytest.fixture
def store(postgres_url: str) -> Iterator[Store]:
    """A store in PostgreSQL that connects within two seconds or not at all."""
    with Store(f"{postgres_url}?connect_timeout=2") as opened:
        yield opened


def test_a_frozen_server_is_an_error_and_then_it_goes_on(
    store: Store, postgres_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    if postgres_server.process is None:
        pytest.skip("the server is not ours to freeze")
    monkeypatch.setattr(BoundedConnection, "patience_s", 1.0)
    with store.database.reading() as connection:
        backend = connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
    frozen = (postgres_server.process.pid, backend)
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(StoreError, match=r"timeout expired|did not answer"):
            store.runs.counts()
    finally:
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)
    assert sum(store.runs.counts().values()) == 0


def test_a_statement_that_takes_too_long_is_given_up(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BoundedConnection, "patience_s", 0.5)
    with (
        pytest.raises(StoreError, match=r"did not answer within 0\.5 s"),
        store.database.reading() as connection,
    ):
        connection.execute(sa.text("SELECT pg_sleep(60)"))
    assert sum(store.runs.counts().values()) == 0
    with store.database.writing(patience_s=30.0) as connection:
        connection.execute(sa.text("SELECT pg_sleep(1)"))


def test_connections_that_were_cut_are_made_again(store: Store, postgres_url: str) -> None:
    store.runs.counts()
    with psycopg.connect(postgres_url) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert sum(store.runs.counts().values()) == 0


def test_too_many_at_once_wait_and_are_told(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "POOL_WAIT_S", 0.2)
    with Store(postgres_url) as store, ExitStack() as busy:
        for _ in range(20):
            busy.enter_context(store.database.reading()).execute(sa.text("SELECT 1"))
        with pytest.raises(StoreError, match="all connections of this process were busy"):
            store.runs.counts()


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    with pytest.raises(StoreError, match=r"127\.0\.0\.1:1/lab: .*refused") as caught:
        Store("postgresql://lab:hidden@127.0.0.1:1/lab")
    assert "hidden" not in str(caught.value)
