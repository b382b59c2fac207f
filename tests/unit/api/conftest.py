"""The API in this process, on a store of its own; no worker takes its runs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from fastapi.testclient import TestClient

from tests.reports import small_report
from virtual_lab.api import make_app
from virtual_lab.domain import (
    Event,
    EventKind,
    Question,
    Report,
    Source,
)
from virtual_lab.services.service import Service
from virtual_lab.settings import Settings
from virtual_lab.store import Store, StoredRun

NO_BROKER = "redis://127.0.0.1:1/0"
TOPIC = "Which foods need a novel food authorisation?"
KINDS = (EventKind.STARTED, EventKind.PLANNED, EventKind.ANALYSED)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of a new data folder with a broker that is down, whatever the environment says.

    Runs wait, and no process is started.
    """
    folder = tmp_path_factory.mktemp("data")
    return Settings(
        data_dir=folder,
        REDIS_URL=NO_BROKER,
        DATABASE_URL=None,
        max_document_mb=1,
        max_upload_mb=3,
    )


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[TestClient]:
    """A client on this machine; an unexpected error reaches it as a 500."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    app = make_app(settings)
    with TestClient(
        app,
        base_url="http://localhost:8000",
        client=("127.0.0.1", 50000),
        raise_server_exceptions=False,
    ) as opened:
        yield opened
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


@pytest.fixture
def service(client: TestClient) -> Service:
    """The inside of the API."""
    found: Service = client.app.state.service  # type: ignore[attr-defined]
    return found


@pytest.fixture
def store(service: Service) -> Store:
    """The store of the API."""
    return service.store


@pytest.fixture
def waiting(store: Store) -> StoredRun:
    """A run that no dispatcher publishes."""
    return store.runs.submit(Question(topic=TOPIC), start_in_s=3600)


@pytest.fixture
def finish(store: Store) -> Callable[[StoredRun], StoredRun]:
    """Lets a run end in success, with three events before the last one, and a report."""

    def end(run: StoredRun) -> StoredRun:
        lease = store.leases.claim(run.id, "worker")
        assert lease
        for number, kind in enumerate(KINDS):
            store.events.append(lease, event(kind, number))
        store.leases.finish(lease, report(), event(EventKind.FINISHED, len(KINDS)))
        return store.runs.get(run.id)

    return end


@pytest.fixture
def finished(waiting: StoredRun, finish: Callable[[StoredRun], StoredRun]) -> StoredRun:
    """A run with a report."""
    return finish(waiting)


def event(kind: EventKind, current: int) -> Event:
    """An event of a run of three steps."""
    return Event(kind=kind, current=current, total=len(KINDS), status=f"step {current}")


def report(title: str = "Novel foods") -> Report:
    """A report with one finding in one source."""
    source = Source(id="a1", title="Regulation (EU) 2015/2283", year=2015)
    return small_report(title, TOPIC, source)


def write(folder: Path, name: str, text: str) -> Path:
    """A file with a text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
