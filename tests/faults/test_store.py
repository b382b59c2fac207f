"""A store that is locked, full or away: nothing succeeds in words only, and nothing is lost."""

from __future__ import annotations

import contextlib
import resource
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from tests.acceptance.api_server import ApiServer
from tests.acceptance.processes import wait_for
from tests.faults.installation import (
    CALLS,
    LEASE_S,
    TOPIC,
    Installation,
    children_of,
    installation_in,
)
from tests.faults.recording import Note
from tests.postgres import Server
from virtual_lab.errors import StoreError
from virtual_lab.store import RunState

DISK_MB = 24
FILE_KB = 64
"""More than the logs of a test come to, and less than its store holds already."""


@pytest.mark.both_stores
def test_17_the_store_is_locked_for_longer_than_anybody_waits(
    installation: Installation, note: Note
) -> None:
    installation.start_worker()
    run_id = installation.ask({"critique.end": "hold"})
    installation.wait_for_trap(run_id, "critique.end")
    installation.wait_for_books(run_id, CALLS["critique"])
    with locked(installation):
        installation.release(run_id, "critique.end")
        time.sleep(1.5 * LEASE_S)
        if installation.store.database.is_sqlite:
            log = installation.processes.log("worker")
            wait_for(lambda: "database is locked" in log.read_text("utf-8"), "someone to give up")
    freed = time.monotonic()
    run = installation.ended_once(run_id)
    paid = installation.paid(run_id).total()
    note(run, paid, time.monotonic() - freed)
    assert run.state is RunState.SUCCESS
    assert installation.repaid(run_id) == []
    assert paid == note.undisturbed


@contextmanager
def locked(installation: Installation) -> Iterator[None]:
    """Somebody writes into the store, and does not end, inside."""
    database = installation.store.database
    with database.engine.connect() as connection:
        # The first statement begins the transaction, which locks the whole file of SQLite.
        lock = "SELECT 1" if database.is_sqlite else "LOCK TABLE runs IN ACCESS EXCLUSIVE MODE"
        connection.exec_driver_sql(lock)
        yield
        connection.rollback()


def test_17_postgresql_is_away_for_a_while(
    postgres_server: Server, tmp_path: Path, note: Note
) -> None:
    """What a restart or the change to another server looks like from here."""
    with postgres_server.database() as url, installation_in(tmp_path / "data", url) as installation:
        worker = installation.start_worker()
        run_id = installation.ask({"critique.end": "hold"})
        installation.wait_for_trap(run_id, "critique.end")
        installation.wait_for_books(run_id, CALLS["critique"])
        with away(postgres_server, url):
            with pytest.raises(StoreError, match="not currently accepting connections"):
                installation.ask()
            installation.release(run_id, "critique.end")
            log = installation.processes.log("worker")
            wait_for(lambda: "StoreError" in log.read_text("utf-8"), "the worker to give up")
        back = time.monotonic()
        installation.recovery_s(run_id, back, note)
        assert worker.poll() is None


@contextmanager
def away(server: Server, url: str) -> Iterator[None]:
    """The database has cut all connections, and takes no new ones, inside."""
    name = conninfo_to_dict(url)["dbname"]
    let_in = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    with psycopg.connect(server.url, autocommit=True) as admin:
        admin.execute(let_in.format(sql.Identifier(name), False))
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        yield
        admin.execute(let_in.format(sql.Identifier(name), True))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, with room for a few runs."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ("mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "none", str(disk))
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk, and not in every container")
    yield disk
    subprocess.run(("umount", "--lazy", str(disk)), check=True)


def test_17_the_disk_is_full(small_disk: Path, tmp_path: Path, note: Note) -> None:
    with installation_in(small_disk / "data") as installation:
        installation.processes.logs = tmp_path
        worker = installation.start_worker()
        run_id = installation.ask({"analyse.end": "hold"})
        installation.wait_for_trap(run_id, "analyse.end")
        installation.wait_for_books(run_id, CALLS["analyse"])
        ballast = small_disk / "ballast"
        fill(ballast)
        with pytest.raises(StoreError, match="full"):
            installation.ask()
        installation.release(run_id, "analyse.end")
        log = installation.processes.log("worker")
        wait_for(lambda: "StoreError" in log.read_text("utf-8"), "the worker to give up")
        assert installation.store.runs.get(run_id).state is RunState.PROGRESS
        freed = time.monotonic()
        ballast.unlink()
        goes_on(installation, run_id, freed, note)
        assert worker.poll() is None


def goes_on(installation: Installation, run_id: str, freed: float, note: Note) -> None:
    """A run that gave up succeeds in its second attempt, which begins after ``freed``."""
    recovered_s = installation.wait_for_attempt(run_id, 2, freed)
    run = installation.ended_once(run_id)
    paid = installation.paid(run_id).total()
    note(run, paid, recovered_s)
    assert run.state is RunState.SUCCESS
    assert installation.repaid(run_id) == []


def fill(file: Path) -> None:
    """Write into a file until there is no room for another byte."""
    with file.open("wb", buffering=0) as ballast:
        for size in (1 << 20, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while True:
                    ballast.write(bytes(size))


def test_17_no_file_may_grow_any_further(tmp_path: Path, note: Note) -> None:
    """What a full disk does, for any user and in any container."""
    with (
        installation_in(tmp_path / "data", dispatching=False) as installation,
        ApiServer(installation.processes) as api,
    ):
        worker = installation.start_worker()
        run_id = installation.ask({"analyse.end": "hold"})
        installation.wait_for_trap(run_id, "analyse.end")
        installation.wait_for_books(run_id, CALLS["analyse"])
        with files_limited(api.process.pid, worker.pid, *children_of(worker.pid)):
            refused = api.http.post("/api/research/async", json={"query": TOPIC})
            assert (refused.status_code, refused.json()["title"]) == (503, StoreError().title)
            assert "ulimit -f" in api.log()
            installation.release(run_id, "analyse.end")
            log = installation.processes.log("worker")
            wait_for(lambda: "StoreError" in log.read_text("utf-8"), "the worker to give up")
            assert installation.store.runs.get(run_id).state is RunState.PROGRESS
        freed = time.monotonic()
        assert [run.id for run in installation.store.runs.list().items] == [run_id]
        goes_on(installation, run_id, freed, note)
        assert worker.poll() is None
        assert api.task(api.submit(TOPIC))["status"] != "failure"


@contextmanager
def files_limited(*pids: int) -> Iterator[None]:
    """These processes, and those that they start, write no file beyond its first bytes inside."""
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    for pid in pids:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (FILE_KB << 10, unlimited[1]))
    yield
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, unlimited)
