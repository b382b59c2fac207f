"""What the fault tests share: installations on the stores that were asked for, and the record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.faults.installation import Installation, installation_in
from tests.faults.recording import Note, Recorder
from tests.postgres import Server

STORES = ("sqlite", "postgresql")

MakeInstallation = Callable[..., AbstractContextManager[Installation]]

_RECORDER = pytest.StashKey[Recorder]()


@pytest.fixture(scope="session")
def recorder(request: pytest.FixtureRequest) -> Recorder:
    """The record of the session."""
    recorder: Recorder = request.config.stash.setdefault(_RECORDER, Recorder())
    return recorder


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> int:
    """The calls that a run takes to which nothing happens."""
    with installation_in(tmp_path_factory.mktemp("undisturbed") / "data") as installation:
        installation.start_worker()
        run_id = installation.ask()
        installation.ended_once(run_id)
        return installation.paid(run_id).total()


@pytest.fixture
def note(request: pytest.FixtureRequest, recorder: Recorder, undisturbed: int) -> Note:
    """Records what the fault of this test came to."""
    return Note(recorder, request.node.name, undisturbed)


@contextmanager
def installation_on(
    request: pytest.FixtureRequest, store_kind: str, data: Path, **options: Any
) -> Iterator[Installation]:
    """An installation on a store of its own; ``options`` as of ``installation_in``."""
    if store_kind == "sqlite":
        with installation_in(data, **options) as made:
            yield made
        return
    server: Server = request.getfixturevalue("postgres_server")
    with server.database() as url, installation_in(data, url, **options) as made:
        yield made


@pytest.fixture
def make(tmp_path: Path, store_kind: str, request: pytest.FixtureRequest) -> MakeInstallation:
    """Makes an installation without a worker."""
    return partial(installation_on, request, store_kind, tmp_path / "data")


@pytest.fixture
def installation(make: MakeInstallation) -> Iterator[Installation]:
    """An installation without a worker."""
    with make() as made:
        yield made


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, store_kind: str, request: pytest.FixtureRequest
) -> Iterator[Installation]:
    """An installation whose worker goes on from test to test."""
    data = tmp_path_factory.mktemp("running") / "data"
    with installation_on(request, store_kind, data) as made:
        made.start_worker("--concurrency=3")
        yield made


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on the stores that --store names; without it, on SQLite, and on PostgreSQL too
    where its mark says that the store matters."""
    if "store_kind" not in metafunc.fixturenames:
        return
    chosen = metafunc.config.getoption("--store")
    matters = metafunc.definition.get_closest_marker("both_stores") is not None
    kinds = STORES if chosen == "both" or (not chosen and matters) else (chosen or "sqlite",)
    metafunc.parametrize("store_kind", kinds, scope="module")


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    recorder = config.stash.get(_RECORDER, None)
    if recorder and recorder.records:
        terminalreporter.section("faults")
        for line in recorder.lines():
            terminalreporter.line(line)
        recorder.write()
