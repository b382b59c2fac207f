"""The service behind reverse proxies, over real HTTP: who is served, and who is made to wait."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.acceptance.api_server import ApiServer
from tests.acceptance.processes import Processes, processes_in, wait_for
from tests.acceptance.reverse_proxy import reverse_proxy
from tests.acceptance.test_up import free_port
from virtual_lab.jobs.run_log import open_store
from virtual_lab.services.attempts import MOST_WRONG_KEYS

PUBLIC = "lab.example"
LOOPBACK = "127.0.0.1"
NAMED = {"Host": "$host"}
TOLD = {
    **NAMED,
    "X-Forwarded-For": "$proxy_add_x_forwarded_for",
    "X-Forwarded-Proto": "https",
}


@pytest.fixture(scope="module")
def keyless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """An API process without keys."""
    with (
        processes_in(tmp_path_factory.mktemp("keyless") / "data") as processes,
        ApiServer(processes) as server,
    ):
        yield server


@pytest.fixture
def key(processes: Processes) -> str:
    """The key "ann" of a new data folder."""
    with open_store(processes.settings) as store:
        return store.keys.add("ann")


def ask(url: str, path: str = "/api/tasks", source: str = LOOPBACK, **headers: str) -> int:
    """Call a path through a proxy, under its public name; gives the status."""
    transport = httpx2.HTTPTransport(local_address=source)
    with httpx2.Client(base_url=url, transport=transport) as http:
        return http.get(path, headers={"Host": PUBLIC, **headers}).status_code


@pytest.mark.parametrize(
    "added",
    [
        NAMED,
        {"X-Forwarded-For": "$remote_addr"},
        {"X-Forwarded-Proto": "https"},
        {"X-Real-IP": "$remote_addr"},
        {"Forwarded": "for=127.0.0.1;host=localhost"},
        {"Via": "1.1 proxy"},
        {"CF-Connecting-IP": "127.0.0.1"},
    ],
    ids=lambda added: next(iter(added)),
)
def test_without_keys_a_proxy_that_shows_itself_opens_nothing(
    keyless: ApiServer, added: dict[str, str]
) -> None:
    with reverse_proxy(keyless.url, headers=added) as url:
        for path in ("/api/tasks", "/ready", "/metrics", "/", "/static/site.css"):
            assert ask(url, path) == 403, path
        assert ask(url, "/health") == 200
    assert keyless.http.get("/api/tasks").status_code == 200


def test_without_keys_a_plain_proxy_pass_opens_nothing(keyless: ApiServer) -> None:
    with reverse_proxy(keyless.url, version="1.0") as url:
        for path in ("/api/tasks", "/ready", "/metrics", "/", "/static/site.css"):
            assert ask(url, path) == 403, path
        assert ask(url, "/health") == 200


def test_without_keys_a_browser_behind_a_proxy_that_hides_itself_gets_no_further(
    keyless: ApiServer,
) -> None:
    page = f"https://{PUBLIC}/"
    with reverse_proxy(keyless.url) as url:
        assert ask(url) == 200, "it cannot be told from a program of this machine; see the docs"
        assert ask(url, Referer=page) == 403
        assert (
            ask(url, "/static/site.css", Referer=page, **{"Sec-Fetch-Site": "same-origin"}) == 403
        )
        with httpx2.Client(base_url=url, headers={"Host": PUBLIC}, trust_env=False) as http:
            answer = http.post("/runs", data={"topic": "x"}, headers={"Origin": page.rstrip("/")})
        assert answer.status_code == 403


def test_the_refusal_says_why_and_what_to_do(keyless: ApiServer) -> None:
    answer = keyless.http.get("/api/tasks", headers={"X-Real-IP": "203.0.113.7"})
    detail = answer.json()["detail"]
    assert "x-real-ip" in detail
    assert "virtual-lab keys add NAME" in detail


def test_wrong_keys_behind_a_proxy_that_names_nobody_lock_out_nobody_else(
    processes: Processes, key: str
) -> None:
    with ApiServer(processes) as server, reverse_proxy(server.url, version="1.0") as url:
        wrong = [
            ask(url, **{"X-API-Key": f"vlab_{number}"}) for number in range(MOST_WRONG_KEYS + 1)
        ]
        assert wrong == [401] * MOST_WRONG_KEYS + [429]
        assert ask(url, **{"X-API-Key": key}) == 200
        sign_in = {"data": {"key": key}, "headers": {"Origin": server.url}}
        assert httpx2.post(f"{url}/login", **sign_in).status_code == 303


def test_wrong_keys_lock_out_the_address_that_a_trusted_proxy_names(
    processes: Processes, key: str
) -> None:
    with ApiServer(processes) as server, reverse_proxy(server.url, headers=TOLD) as url:
        for number in range(MOST_WRONG_KEYS):
            # What a caller says of itself counts for nothing.
            invented = {"X-Forwarded-For": f"203.0.113.{number}"}
            wrong = {"X-API-Key": f"vlab_{number}"}
            assert ask(url, source="127.0.0.7", **invented, **wrong) == 401
        assert ask(url, source="127.0.0.7", **{"X-API-Key": "vlab_x"}) == 429
        assert ask(url, source="127.0.0.8", **{"X-API-Key": "vlab_x"}) == 401
        assert ask(url, source="127.0.0.8", **{"X-API-Key": key}) == 200


def test_a_wrong_key_is_locked_out_wherever_it_comes_from(processes: Processes, key: str) -> None:
    with ApiServer(processes) as server, reverse_proxy(server.url, headers=TOLD) as url:
        sources = [f"127.0.0.{number}" for number in range(20, 21 + MOST_WRONG_KEYS)]
        old = [ask(url, source=source, **{"X-API-Key": "vlab_old"}) for source in sources]
        assert old == [401] * MOST_WRONG_KEYS + [429]
        assert ask(url, source=sources[0], **{"X-API-Key": key}) == 200


@pytest.mark.parametrize(("trusted", "is_secure"), [("127.0.0.3", True), ("127.0.0.4", False)])
def test_only_a_proxy_that_is_trusted_tells_of_callers_and_tls(
    processes: Processes, key: str, trusted: str, is_secure: bool
) -> None:
    environment = {"FORWARDED_ALLOW_IPS": trusted, "VIRTUAL_LAB_LOG_FORMAT": "json"}
    with (
        ApiServer(processes, **environment) as server,
        reverse_proxy(server.url, source="127.0.0.3", headers=TOLD) as url,
    ):
        transport = httpx2.HTTPTransport(local_address="127.0.0.7")
        with httpx2.Client(base_url=url, transport=transport, headers={"Host": PUBLIC}) as http:
            answer = http.post(
                "/login", data={"key": key}, headers={"Sec-Fetch-Site": "same-origin"}
            )
        assert answer.status_code == 303
        assert ("; secure" in answer.headers["set-cookie"].lower()) is is_secure
        caller = "127.0.0.7" if is_secure else "127.0.0.3"
        # The line is written after the answer.
        wait_for(lambda: f'"address": "{caller}"' in server.log(), "the line of the audit")


def test_serve_reads_the_trusted_proxies_from_the_env_file(
    tmp_path: Path, processes: Processes, key: str
) -> None:
    (tmp_path / ".env").write_text("FORWARDED_ALLOW_IPS=127.0.0.3\n", encoding="utf-8")
    port = free_port()
    serving = subprocess.Popen(
        [sys.executable, "-m", "virtual_lab.cli", "serve", "--port", str(port)],
        cwd=tmp_path,
        env=processes.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    processes.started.append(serving)
    server = f"http://127.0.0.1:{port}"
    with reverse_proxy(server, source="127.0.0.3", headers=TOLD) as url:
        wait_for(lambda: answers(server), "the API to answer")
        with httpx2.Client(base_url=url, headers={"Host": PUBLIC}, trust_env=False) as http:
            site = {"Sec-Fetch-Site": "same-origin"}
            answer = http.post("/login", data={"key": key}, headers=site)
        assert "; secure" in answer.headers["set-cookie"].lower()


def answers(url: str) -> bool:
    """Whether the server lives."""
    try:
        return httpx2.get(f"{url}/health").is_success
    except httpx2.TransportError:
        return False
