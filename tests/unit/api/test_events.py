"""Watching over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from tests.unit.api.conftest import KINDS
from virtual_lab.domain import EventKind
from virtual_lab.store import RunState, Store, StoredRun

ALL = [*KINDS, EventKind.FINISHED]


def messages(text: str) -> list[dict[str, str]]:
    """The messages of a stream, without comments."""
    blocks = [block.splitlines() for block in text.replace("\r\n", "\n").split("\n\n")]
    found = [
        dict(line.split(": ", 1) for line in block if not line.startswith(":")) for block in blocks
    ]
    return [message for message in found if message]


def test_a_finished_run_is_replayed(client: TestClient, finished: StoredRun) -> None:
    answer = client.get(f"/api/task/{finished.id}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    seen = messages(answer.text)
    assert [message["id"] for message in seen] == ["1", "2", "3", "4"]
    assert [message["event"] for message in seen] == ALL
    last = json.loads(seen[-1]["data"])
    assert (last["seq"], last["kind"], last["status"]) == (4, "finished", "step 3")
    assert last["at"].endswith("Z")


@pytest.mark.parametrize("last", [0, 1, 3])
def test_what_was_seen_is_not_sent_again(
    client: TestClient, finished: StoredRun, last: int
) -> None:
    answer = client.get(f"/api/task/{finished.id}/events", headers={"Last-Event-ID": str(last)})
    assert [int(message["id"]) for message in messages(answer.text)] == [1, 2, 3, 4][last:]


def test_who_has_seen_the_end_need_not_come_again(client: TestClient, finished: StoredRun) -> None:
    answer = client.get(f"/api/task/{finished.id}/events", headers={"Last-Event-ID": "4"})
    assert answer.status_code == 204


def test_a_run_that_waits_is_watched_to_its_end(
    client: TestClient, store: Store, waiting: StoredRun, finish: Callable[[StoredRun], StoredRun]
) -> None:
    store.runs.cancel(waiting.id)
    seen = messages(client.get(f"/api/task/{waiting.id}/events").text)
    assert [message["event"] for message in seen] == [EventKind.CANCELLED]


@pytest.mark.parametrize("last", ["x", "-1", "1.5"])
def test_a_number_of_no_event_is_refused(
    client: TestClient, finished: StoredRun, last: str
) -> None:
    answer = client.get(f"/api/task/{finished.id}/events", headers={"Last-Event-ID": last})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == "header.last-event-id"


def test_an_unknown_run_is_404_and_no_stream(client: TestClient) -> None:
    answer = client.get("/api/task/unknown/events")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_stopped_watcher_stops_no_run(
    client: TestClient, store: Store, finished: StoredRun
) -> None:
    client.get(f"/api/task/{finished.id}/events")
    assert store.runs.get(finished.id).state is RunState.SUCCESS
    assert not store.runs.get(finished.id).cancel_requested
