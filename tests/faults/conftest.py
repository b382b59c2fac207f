"""What the fault tests share: installations on the stores that were asked for, and the record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest

from tests.faults.installation import Installation, installation_in
from tests.faults.recording import Note, Recorder

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


@pytest.fixture
def make(tmp_path: Path) -> MakeInstallation:
    """Makes an installation without a worker."""
    return partial(installation_in, tmp_path / "data")


@pytest.fixture
def installation(make: MakeInstallation) -> Iterator[Installation]:
    """An installation without a worker."""
    with make() as made:
        yield made


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation whose worker goes on from test to test."""
    with installation_in(tmp_path_factory.mktemp("running") / "data") as made:
        made.start_worker("--concurrency=3")
        yield made


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    recorder = config.stash.get(_RECORDER, None)
    if recorder and recorder.records:
        terminalreporter.section("faults")
        for line in recorder.lines():
            terminalreporter.line(line)
        recorder.write()
