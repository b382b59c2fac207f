"""The Python client against a lab that misbehaves; the acceptance tests take a real one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import httpx2
import pytest

from tests.unit.cli.conftest import report
from virtual_lab.client import AsyncLab, AsyncRun, Lab, Run, Version, event_stream
from virtual_lab.client.http import REWRITE_TIMEOUT_S
from virtual_lab.errors import (
    NotFoundError,
    RunCancelledError,
    RunFailedError,
    UnreachableHostError,
    VirtualLabError,
)
from virtual_lab.messages import Message

SSE = {"Content-Type": "text/event-stream"}
Handler = Callable[[httpx2.Request], httpx2.Response]


def message(seq: int, kind: str) -> str:
    """An event as a lab sends it, with a field of a later version."""
    data = (
        f'{{"seq": {seq}, "at": "2026-01-01T00:00:00Z", "kind": "{kind}", "current": {seq},'
        f' "total": 4, "status": "step {seq}", "later": 1}}'
    )
    return f": a comment\n\nid: {seq}\nevent: {kind}\ndata: {data}\n\n"


LOG = [message(1, "started"), message(2, "planned"), message(3, "finished")]


class CuttingLab:
    """Sends one event per connection, and cuts it in the middle of the next one."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        after = int(request.headers["last-event-id"])
        self.asked.append(after)
        if len(self.asked) == 2:
            raise httpx2.ConnectError("refused")
        cut = "".join(LOG[after : after + 1]) + "".join(LOG[after + 1 : after + 2])[:40]
        return httpx2.Response(200, headers=SSE, text=cut)


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "_RECONNECT_PAUSE_S", 0.0)


def run_of(handler: Handler) -> Run:
    """A run behind a handler."""
    return Run(httpx2.Client(base_url="http://lab", transport=httpx2.MockTransport(handler)), "r1")


def test_a_cut_stream_is_taken_up_without_gap_or_duplicate() -> None:
    lab = CuttingLab()
    assert [event.seq for event in run_of(lab).events()] == [1, 2, 3]
    assert lab.asked == [0, 1, 1, 2]


def test_a_cut_stream_is_taken_up_in_asyncio_too() -> None:
    lab = CuttingLab()

    async def watch() -> list[int]:
        transport = httpx2.MockTransport(lab)
        async with httpx2.AsyncClient(base_url="http://lab", transport=transport) as client:
            return [event.seq async for event in AsyncRun(client, "r1").events()]

    assert asyncio.run(watch()) == [1, 2, 3]


def test_who_has_seen_everything_sees_no_more() -> None:
    run = run_of(lambda request: httpx2.Response(204))
    assert list(run.events(after=3)) == []


def test_a_lab_that_does_not_come_back_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "_LONGEST_RECONNECT_S", -event_stream._LONGEST_SILENCE_S)

    def refuse(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused")

    with pytest.raises(UnreachableHostError, match="refused"):
        list(run_of(refuse).events())


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (
            {"type": "urn:virtual-lab:not-found", "title": "t", "detail": "run r1"},
            NotFoundError,
            "There is no such thing: run r1",
        ),
        ({"type": "about:blank", "title": "Not Found"}, VirtualLabError, "Not Found"),
        ({}, VirtualLabError, "answered 404"),
        ([], VirtualLabError, "answered 404"),
    ],
)
def test_an_error_of_the_lab_is_its_own_class(
    body: object, kind: type[VirtualLabError], words: str
) -> None:
    run = run_of(lambda request: httpx2.Response(404, json=body))
    for call in (run.status, lambda: list(run.events())):
        with pytest.raises(VirtualLabError, match=words) as caught:
            call()
        assert type(caught.value) is kind


def test_an_error_of_the_lab_keeps_its_code() -> None:
    problem = {
        "type": "urn:virtual-lab:not-found",
        "title": "t",
        "detail": "run r1",
        "code": "run.run",
        "arguments": {"run": "r1"},
    }
    run = run_of(lambda request: httpx2.Response(404, json=problem))
    with pytest.raises(NotFoundError) as caught:
        run.status()
    assert caught.value.message == Message.of("run.run", run="r1")
    problem["arguments"] = {}
    with pytest.raises(NotFoundError, match="run r1"):
        run.status()


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [("failure", "no model", RunFailedError), ("cancelled", None, RunCancelledError)],
)
def test_waiting_for_a_run_that_has_no_report(
    status: str, error: str | None, kind: type[VirtualLabError]
) -> None:
    task = {
        "task_id": "r1",
        "status": status,
        "progress": {"current": 1, "total": 4, "status": ""},
        "error": error,
    }

    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/events"):
            return httpx2.Response(204)
        return httpx2.Response(200, json=task)

    with pytest.raises(kind, match=error or "r1"):
        run_of(answer).wait()


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_report_is_rewritten_with_the_patience_that_a_model_needs(asynchronous: bool) -> None:
    asked: list[tuple[str, object, float]] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        patience = request.extensions["timeout"]["read"]
        asked.append((request.url.path, json.loads(request.content), patience))
        rewritten = {
            "id": "r1",
            "version": 2,
            "versions": [1, 2],
            "note": "en → ko",
            "report": report().model_dump(mode="json"),
        }
        return httpx2.Response(200, json=rewritten)

    async def rewrite() -> list[Version]:
        transport = httpx2.MockTransport(answer)
        async with httpx2.AsyncClient(base_url="http://lab", transport=transport) as client:
            run = AsyncRun(client, "r1")
            return [await run.regenerate("Rules", "Shorter.", 7), await run.translate("ko")]

    run = run_of(answer)
    made = (
        asyncio.run(rewrite())
        if asynchronous
        else [run.regenerate("Rules", "Shorter.", 7), run.translate("ko")]
    )
    assert [version.version for version in made] == [2, 2]
    assert made[0].report == report()
    assert asked == [
        ("/api/reports/r1/regenerate", {"section": "Rules", "feedback": "Shorter."}, 7),
        ("/api/reports/r1/translate", {"language": "ko"}, REWRITE_TIMEOUT_S),
    ]


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_batch_is_sent_at_once_and_gives_its_runs_in_order(asynchronous: bool) -> None:
    asked: list[tuple[str, object]] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append((request.url.path, json.loads(request.content)))
        return httpx2.Response(202, json=[{"task_id": "r1"}, {"task_id": "r2"}])

    questions = ("First?", {"query": "Second?", "rounds": 1})

    async def ask() -> list[str]:
        async with AsyncLab("http://lab", key="") as lab:
            await lab._client.aclose()
            lab._client = httpx2.AsyncClient(
                base_url="http://lab", transport=httpx2.MockTransport(answer)
            )
            return [run.id for run in await lab.batch(questions, rounds=2, language="en")]

    if asynchronous:
        ids = asyncio.run(ask())
    else:
        with Lab("http://lab", key="") as lab:
            lab._client.close()
            lab._client = httpx2.Client(
                base_url="http://lab", transport=httpx2.MockTransport(answer)
            )
            ids = [run.id for run in lab.batch(questions, rounds=2, language="en")]
    assert ids == ["r1", "r2"]
    assert asked == [
        (
            "/api/research/batch",
            [
                {"query": "First?", "rounds": 2, "language": "en"},
                {"query": "Second?", "rounds": 1, "language": "en"},
            ],
        )
    ]


def test_where_no_lab_is_it_is_said() -> None:
    with (
        Lab("http://127.0.0.1:1") as lab,
        pytest.raises(UnreachableHostError, match=r"127\.0\.0\.1:1"),
    ):
        lab.research("x")
