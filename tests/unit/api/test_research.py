"""Asking."""

from __future__ import annotations

import subprocess
import sys

import pytest
from fastapi.testclient import TestClient

from tests.unit.api.conftest import TOPIC
from virtual_lab.domain import Question
from virtual_lab.settings import Settings
from virtual_lab.store import RunState, Store

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
    assert (status, problem["type"]) == (422, "urn:virtual-lab:invalid-input")


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
