"""Asking."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from tests.unit.api.conftest import TOPIC
from virtual_lab.domain import Question
from virtual_lab.services.service import Service
from virtual_lab.settings import Settings
from virtual_lab.store import Priority, RunState, Store

SUBMITS = ("/api/research/async", "/api/research/stream")


def test_a_question_is_answered_within_the_call(client: TestClient, store: Store) -> None:
    before = store.runs.counts()
    answer = client.post("/api/research", json={"topic": TOPIC, "constraints": "EU", "rounds": 1})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert set(body) == {"report", "messages", "rounds"}
    assert body["report"].startswith(f"# {TOPIC}")
    assert body["rounds"] == 1
    assert body["messages"][0]["role"] == "PI"
    assert all(message["content"] for message in body["messages"])
    assert store.runs.counts() == before, "the store knows nothing of it"


def test_a_submit_is_written_down(client: TestClient, store: Store, settings: Settings) -> None:
    answer = client.post("/api/research/async", json={"query": TOPIC})
    assert answer.status_code == 202
    body = answer.json()
    assert set(body) == {"task_id", "status", "message"}
    assert body["status"] == "processing"
    assert answer.headers["location"] == f"/api/task/{body['task_id']}"
    assert int(answer.headers["retry-after"]) > 0
    run = store.runs.get(body["task_id"])
    assert run.state is RunState.PENDING
    assert run.question == Question(topic=TOPIC, rounds=settings.rounds)


def test_all_options_reach_the_run(client: TestClient, store: Store) -> None:
    options = {
        "constraints": "EU only",
        "rounds": 2,
        "language": "ko",
        "collections": ["mine"],
        "sources": ["openalex", "arxiv"],
        "urls": ["https://www.efsa.europa.eu/en"],
        "since": "2015",
        "until": "2020-06",
        "source_languages": ["en"],
        "allow_domains": ["efsa.europa.eu", "10.2903/"],
        "deny_domains": ["example.com"],
        "specialists": 4,
        "budget": {"tokens": 1000},
    }
    body = client.post("/api/research/async", json={"query": TOPIC, **options}).json()
    question = store.runs.get(body["task_id"]).question
    assert question == Question.model_validate({"topic": TOPIC, **options})


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "body.query"),
        ({"query": ""}, "body.query"),
        ({"query": " \n"}, "body.query"),
        ({"query": "x" * 2001}, "body.query"),
        ({"query": 7}, "body.query"),
        ({"query": "x", "rounds": 99}, "body.rounds"),
        ({"query": "x", "roundz": 1}, "body.roundz"),
        ({"query": "x", "constraints": "x" * 2001}, "body.constraints"),
        ({"query": "x", "sources": ["nowhere"]}, "body.sources.0"),
        ({"query": "x", "sources": ["none", "arxiv"]}, "body.sources"),
        ({"query": "x", "urls": ["file:///etc/passwd"]}, "body.urls.0"),
        ({"query": "x", "urls": ["https://a.example"] * 21}, "body.urls"),
        ({"query": "x", "since": "2015-13"}, "body.since"),
        ({"query": "x", "source_languages": ["English"]}, "body.source_languages.0"),
        ({"query": "x", "allow_domains": ["https://a.example"]}, "body.allow_domains.0"),
        ({"query": "x", "deny_domains": ["a.example"] * 101}, "body.deny_domains"),
        ({"query": "x", "since": "2020", "until": "2019"}, "body"),
        ([], "body"),
    ],
)
def test_what_cannot_be_asked_is_told(client: TestClient, body: object, where: str) -> None:
    answer = client.post("/api/research/async", json=body)
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(f"{where}: ")
    assert answer.json()["errors"][0]["where"] == where


def test_a_broken_text_is_refused(client: TestClient) -> None:
    for text in (b'{"query": "\\ud800"}', b'{"query": ', b"\xff", b"[" * 50_000, b"1" * 5000):
        answer = client.post(
            "/api/research/async", content=text, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code in (400, 422), text[:20]
        assert answer.headers["content-type"] == "application/problem+json"


def test_the_same_key_gives_the_same_run(client: TestClient) -> None:
    def submit(topic: str, key: str) -> tuple[int, dict[str, str]]:
        answer = client.post(
            "/api/research/async", json={"query": topic}, headers={"Idempotency-Key": key}
        )
        return answer.status_code, answer.json()

    first = submit(TOPIC, "k1")
    assert first[0] == 202
    assert submit(TOPIC, "k1") == first
    assert submit(TOPIC, "k2")[1]["task_id"] != first[1]["task_id"]
    status, problem = submit("another question", "k1")
    assert (status, problem["type"]) == (422, "urn:virtual-lab:reused-key")
    assert problem["title"] == "This Idempotency-Key was used with another body"


def test_every_option_belongs_to_the_body_of_a_key(client: TestClient) -> None:
    headers = {"Idempotency-Key": "options"}
    body = {"query": TOPIC, "start_in_s": 60}
    statuses = [
        client.post("/api/research/async", json=json, headers=headers).status_code
        for json in (body, body, {**body, "rounds": 1}, {**body, "start_in_s": 61})
    ]
    assert statuses == [202, 202, 422, 422]


def test_submits_at_the_same_moment_with_one_key_make_one_run(
    client: TestClient, store: Store
) -> None:
    def submit(_: int) -> tuple[int, str]:
        answer = client.post(
            "/api/research/async", json={"query": TOPIC}, headers={"Idempotency-Key": "race"}
        )
        return answer.status_code, answer.json()["task_id"]

    before = sum(store.runs.counts().values())
    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(submit, range(32)))
    assert len(answers) == 1
    assert sum(store.runs.counts().values()) == before + 1


def test_a_full_queue_refuses_and_says_when_to_try_again(
    client: TestClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {"json": {"query": TOPIC}, "headers": {"Idempotency-Key": "before"}}
    first = client.post("/api/research/async", **known)
    monkeypatch.setattr(service.queue, "_max_pending", 1)
    for path, body in (
        ("/api/research/async", {"query": TOPIC}),
        ("/api/research/stream", {"query": TOPIC}),
        ("/api/research/batch", [{"query": TOPIC}]),
    ):
        answer = client.post(path, json=body)
        assert (answer.status_code, answer.json()["type"]) == (429, "urn:virtual-lab:queue-full")
        assert int(answer.headers["retry-after"]) > 0
    again = client.post("/api/research/async", **known)
    assert again.json() == first.json(), "what was taken in is known also when the queue is full"


def test_a_start_is_put_off(client: TestClient) -> None:
    at = datetime.now(UTC) + timedelta(hours=1)
    for option in ({"start_in_s": 3600}, {"start_at": at.isoformat()}):
        task_id = client.post("/api/research/async", json={"query": TOPIC, **option}).json()
        told = client.get(f"/api/task/{task_id['task_id']}").json()["start_at"]
        assert abs(datetime.fromisoformat(told) - at) < timedelta(minutes=2)


def test_a_start_that_has_passed_is_now(client: TestClient, store: Store) -> None:
    body = {"query": TOPIC, "start_at": "2020-01-01T00:00:00+09:00"}
    run = store.runs.get(client.post("/api/research/async", json=body).json()["task_id"])
    assert run.due_at - run.created_at < timedelta(seconds=1)


@pytest.mark.parametrize(
    "options",
    [
        {"start_in_s": -1},
        {"start_in_s": 31 * 86_400},
        {"start_at": "2100-01-01T00:00:00Z"},
        {"start_at": "2026-01-01T00:00:00"},
        {"start_at": "2026-01-01T00:00:00Z", "start_in_s": 1},
        {"priority": "urgent"},
    ],
)
def test_what_cannot_be_a_start_or_a_priority_is_told(
    client: TestClient, options: dict[str, object]
) -> None:
    answer = client.post("/api/research/async", json={"query": TOPIC, **options})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"].startswith("body")


def test_a_run_is_interactive_and_one_of_a_batch_is_not(client: TestClient, store: Store) -> None:
    def priority(task_id: str) -> Priority:
        return store.runs.get(task_id).priority

    alone = client.post("/api/research/async", json={"query": TOPIC}).json()
    batch = client.post(
        "/api/research/batch", json=[{"query": "a"}, {"query": "b", "priority": "interactive"}]
    )
    assert batch.status_code == 202
    tasks = [task["task_id"] for task in batch.json()]
    assert priority(alone["task_id"]) is Priority.INTERACTIVE
    assert list(map(priority, tasks)) == [Priority.BATCH, Priority.INTERACTIVE]
    assert [store.runs.get(task).question.topic for task in tasks] == ["a", "b"]


def test_a_batch_is_taken_in_whole_or_not_at_all(
    client: TestClient, store: Store, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = store.runs.counts()
    url, item = "/api/research/batch", {"query": TOPIC}
    assert client.post(url, json=[item, {"query": ""}]).status_code == 422
    assert client.post(url, json=[]).status_code == 422
    assert client.post(url, json=[item] * 101).status_code == 422
    monkeypatch.setattr(service.queue, "_max_pending", before[RunState.PENDING] + 2)
    assert client.post(url, json=[item] * 3).status_code == 429
    assert store.runs.counts() == before


def test_a_key_of_a_batch_belongs_to_all_of_it(client: TestClient) -> None:
    def submit(path: str, body: object) -> tuple[int, object]:
        answer = client.post(
            f"/api/research/{path}", json=body, headers={"Idempotency-Key": "whole batch"}
        )
        return answer.status_code, answer.json()

    first = submit("batch", [{"query": "a"}, {"query": "b"}])
    assert first[0] == 202
    assert submit("batch", [{"query": "a"}, {"query": "b"}]) == first
    assert submit("batch", [{"query": "a"}, {"query": "c"}])[0] == 422
    assert submit("async", {"query": "a"})[0] == 422


@pytest.mark.slow
def test_a_process_that_only_serves_does_not_load_the_lab() -> None:
    code = (
        "import sys, server\n"
        "server.app.openapi()\n"
        "print([name for name in ('langgraph', 'langchain_core') if name in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert run.stdout.strip() == "[]"
