"""Who is served, over real HTTP: keys, sessions of browsers, limits, other origins, the audit."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest

from tests.acceptance.api_server import ApiServer
from tests.acceptance.processes import processes_in
from virtual_lab.client import AsyncLab, Lab
from virtual_lab.errors import UnknownKeyError
from virtual_lab.jobs.run_log import open_store
from virtual_lab.services.attempts import MOST_WRONG_KEYS
from virtual_lab.services.sessions import SECRET_FILE
from virtual_lab.store import Store

FRIEND = "https://friend.example"
EVIL = "https://evil.example"
HTML = {"Accept": "text/html,*/*"}
QUERY = {"query": "Which foods are novel?"}
MOST_CALLS = 30


class Guarded(NamedTuple):
    """An API process that has keys, the key "ann", and its store."""

    server: ApiServer
    key: str
    store: Store

    def http(self, **headers: str) -> httpx2.Client:
        """A client of its own, without what others were given."""
        return httpx2.Client(base_url=self.server.url, headers=headers, trust_env=False)

    @contextmanager
    def signed_in(self, key: str | None = None) -> Iterator[httpx2.Client]:
        """A browser that has signed in."""
        with self.http(Origin=self.server.url, **HTML) as client:
            answer = client.post("/login", data={"key": key or self.key, "next": "/library"})
            assert answer.status_code == 303, answer.text
            yield client


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    data = tmp_path_factory.mktemp("access") / "data"
    with processes_in(data) as processes, open_store(processes.settings) as store:
        key = store.keys.add("ann")
        with ApiServer(processes, VIRTUAL_LAB_CORS_ORIGINS=FRIEND) as server:
            yield Guarded(server, key, store)


@pytest.mark.parametrize(
    "path", ["/api/tasks", "/docs", "/openapi.json", "/api/library/search?q=x"]
)
def test_without_a_key_a_program_is_told_how_to_show_one(guarded: Guarded, path: str) -> None:
    with guarded.http() as http:
        answer = http.get(path)
    assert answer.status_code == 401
    assert answer.json()["type"] == "urn:virtual-lab:unknown-key"
    assert "Authorization: Bearer KEY" in answer.json()["detail"]
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_key_is_shown_in_either_header(guarded: Guarded) -> None:
    for headers in ({"Authorization": f"Bearer {guarded.key}"}, {"X-API-Key": guarded.key}):
        with guarded.http(**headers) as http:
            assert http.get("/api/tasks").status_code == 200
            assert http.post("/api/research/async", json=QUERY).status_code == 202


def test_what_monitoring_asks_is_open_to_it(guarded: Guarded) -> None:
    through_proxy = {"X-Forwarded-For": "203.0.113.7"}
    with guarded.http() as http:
        assert [http.get(path).status_code for path in ("/health", "/ready", "/metrics")] == [
            200
        ] * 3
        assert http.get("/health", headers=through_proxy).status_code == 200
        assert http.get("/metrics", headers=through_proxy).status_code == 401


def test_a_browser_is_led_to_the_login_page_and_back(guarded: Guarded) -> None:
    with guarded.http(**HTML) as http:
        answer = http.get("/library?q=x")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/login?next=%2Flibrary%3Fq%3Dx"
        shown = http.get(answer.headers["location"])
        assert shown.status_code == 200
        assert 'value="/library?q=x"' in shown.text
        assert http.get("/static/site.css").status_code == 200


def test_a_session_is_a_cookie_that_scripts_and_other_sites_do_not_get(guarded: Guarded) -> None:
    with guarded.http(Origin=guarded.server.url) as http:
        answer = http.post("/login", data={"key": guarded.key, "next": "https://evil.example/"})
        assert answer.headers["location"] == "/"
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert guarded.key.lower() not in cookie
        assert http.get("/").status_code == 200
        assert http.get("/api/tasks").status_code == 200
    secret = guarded.store.database.url.database
    assert secret
    mode = (Path(secret).parent / SECRET_FILE).stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_who_signs_out_is_out(guarded: Guarded) -> None:
    with guarded.signed_in() as http:
        assert http.post("/logout").headers["location"] == "/login"
        assert http.get("/").status_code == 303


def test_a_forged_session_is_none(guarded: Guarded) -> None:
    with guarded.signed_in() as http:
        value = http.cookies["session"]
        for forged in (
            # Not the last character: it holds bits that count for nothing.
            value[:-2] + ("A" if value[-2] != "A" else "B") + value[-1],
            "x",
            "",
            value.split(".")[0],
        ):
            with guarded.http(Cookie=f"session={forged}") as other:
                assert other.get("/api/tasks").status_code == 401


def test_a_removed_key_ends_its_sessions(guarded: Guarded) -> None:
    with guarded.signed_in(guarded.store.keys.add("bob")) as http:
        assert http.get("/api/tasks").status_code == 200
        guarded.store.keys.remove("bob")
        assert http.get("/api/tasks").status_code == 401


@pytest.mark.parametrize("origin", [EVIL, "null", "http://127.0.0.1:1"])
def test_a_foreign_origin_changes_nothing_with_a_session(guarded: Guarded, origin: str) -> None:
    with guarded.signed_in() as http:
        http.headers["Origin"] = origin
        for path in ("/api/research/async", "/runs", "/logout", "/login", "/language"):
            assert http.post(path, data={"topic": "x", "query": "x"}).status_code == 403
        answer = http.get("/api/tasks")
        assert answer.status_code == 401, "a session is for pages of its own origin"
        assert "access-control-allow-origin" not in answer.headers


def test_a_friend_may_call_with_a_key_and_not_with_a_session(guarded: Guarded) -> None:
    with guarded.signed_in() as http:
        http.headers["Origin"] = FRIEND
        assert http.post("/api/research/async", json=QUERY).status_code == 401
        answer = http.post("/api/research/async", json=QUERY, headers={"X-API-Key": guarded.key})
        assert answer.status_code == 202
        assert answer.headers["access-control-allow-origin"] == FRIEND
        assert "access-control-allow-credentials" not in answer.headers
    asked = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-api-key,content-type",
    }
    with guarded.http(**asked) as http:
        preflight = http.options("/api/research/async", headers={"Origin": FRIEND})
        assert preflight.headers["access-control-allow-origin"] == FRIEND
        refused = http.options("/api/research/async", headers={"Origin": EVIL})
        assert "access-control-allow-origin" not in refused.headers


def test_the_client_shows_the_key(guarded: Guarded) -> None:
    with Lab(guarded.server.url, key=guarded.key) as lab:
        assert lab.research("Which foods are novel?").status().status in ("pending", "progress")
    with Lab(guarded.server.url, key="vlab_wrong") as lab, pytest.raises(UnknownKeyError):
        lab.research("Which foods are novel?")

    async def ask() -> str:
        async with AsyncLab(guarded.server.url, key=guarded.key) as lab:
            return (await (await lab.research("Which foods are novel?")).status()).status

    assert asyncio.run(ask()) in ("pending", "progress")


def test_every_change_leaves_a_line_without_a_secret(guarded: Guarded) -> None:
    with guarded.http(Authorization=f"Bearer {guarded.key}") as http:
        task_id = http.post("/api/research/async", json=QUERY).json()["task_id"]
        http.delete(f"/api/task/{task_id}")
    with guarded.http() as http:
        assert http.delete(f"/api/task/{task_id}").status_code == 401
    with guarded.signed_in():
        pass
    lines = [json.loads(line) for line in guarded.server.log().splitlines() if line[:1] == "{"]
    audit = [line for line in lines if line["logger"] == "virtual_lab.audit"]
    told = [(line["who"], line["method"], line["path"], line["status"]) for line in audit]
    cancelled = f"/api/task/{task_id}"
    assert ("ann", "DELETE", cancelled, 200) in told
    assert (None, "DELETE", cancelled, 401) in told
    assert ("ann", "POST", "/login", 303) in told
    assert cancelled in [line["location"] for line in audit]
    assert {line["address"] for line in audit if line["path"] == cancelled} == {"127.0.0.1"}
    assert guarded.key not in guarded.server.log()


def test_who_tries_keys_has_to_wait(guarded: Guarded) -> None:
    # From an address of its own, so that the other tests are not made to wait.
    elsewhere = httpx2.HTTPTransport(local_address="127.0.0.9")
    with httpx2.Client(base_url=guarded.server.url, transport=elsewhere) as http:
        statuses = [
            http.get("/api/tasks", headers={"X-API-Key": f"vlab_{number}"}).status_code
            for number in range(MOST_WRONG_KEYS)
        ]
        assert statuses == [401] * MOST_WRONG_KEYS
        form = http.post("/login", data={"key": "vlab_x"}, headers={"Origin": guarded.server.url})
        assert form.status_code == 429
        assert 0 < int(form.headers["retry-after"]) <= 60
    with guarded.http(**{"X-API-Key": guarded.key}) as http:
        assert http.get("/api/tasks").status_code == 200


def test_the_calls_of_a_key_are_counted_over_all_processes(tmp_path: Path) -> None:
    limit = {"VIRTUAL_LAB_KEY_CALLS_PER_MINUTE": str(MOST_CALLS)}
    with processes_in(tmp_path / "data") as processes, open_store(processes.settings) as store:
        shown = {"X-API-Key": store.keys.add("ann")}
        other = {"X-API-Key": store.keys.add("bob")}
        with ApiServer(processes, **limit) as one, ApiServer(processes, **limit) as two:
            for number in range(MOST_CALLS):
                server = (one, two)[number % 2]
                assert server.http.get("/api/tasks", headers=shown).status_code == 200
            for server in (one, two):
                answer = server.http.get("/api/tasks", headers=shown)
                assert answer.status_code == 429
                assert 0 < int(answer.headers["retry-after"]) <= 60
                assert server.http.get("/api/tasks", headers=other).status_code == 200
