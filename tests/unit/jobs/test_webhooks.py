"""Webhooks: signed, sent to where they may lead only, and tried again."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import sqlalchemy as sa

from virtual_lab.domain import Question
from virtual_lab.errors import ForbiddenAddressError, InvalidInputError
from virtual_lab.jobs.webhooks import PAUSES_S, WebhookSender, check_webhook, sign
from virtual_lab.settings import Settings
from virtual_lab.store import Store, StoredRun, Submission
from virtual_lab.store.tables import deliveries

# Of the examples of the specification.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE = "msg_p5jXN8AQM9LWM0D4loKWxJek"
TIMESTAMP = 1614265330
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


class Receiver:
    """A server that takes webhooks, and answers with ``status``."""

    def __init__(self) -> None:
        self.status = 204
        self.got: list[tuple[dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(receiver.status)
                self.send_header("location", receiver.url)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing is printed."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver on this machine."""
    started = Receiver()
    thread = threading.Thread(target=started.server.serve_forever, args=(0.02,))
    thread.start()
    yield started
    started.server.shutdown()
    thread.join()
    started.server.server_close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Webhooks may lead to this machine."""
    return Settings(data_dir=tmp_path, webhook_secret=SECRET, webhook_loopback=True)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with Store(f"sqlite:///{tmp_path / 'runs.sqlite3'}") as opened:
        yield opened


def end(store: Store, url: str) -> StoredRun:
    """A run that has ended, and whose webhook is to be told."""
    submission = Submission(Question(topic="한국어"), webhook=url)
    return store.runs.cancel(store.runs.submit_all([submission])[0].id)


def make_due(store: Store) -> None:
    with store.database.writing() as connection:
        waiting = sa.update(deliveries).where(deliveries.c.next_at.is_not(None))
        connection.execute(waiting.values(next_at=0.0))


def test_a_signature_is_that_of_the_specification() -> None:
    assert sign(SECRET, MESSAGE, TIMESTAMP, BODY) == SIGNATURE


def test_a_webhook_is_told_in_a_few_signed_words(
    store: Store, settings: Settings, receiver: Receiver
) -> None:
    run = end(store, receiver.url)
    WebhookSender(store, settings).deliver_due(threading.Event())
    ((headers, body),) = receiver.got
    told = json.loads(body)
    assert told["type"] == "run.cancelled"
    assert told["data"] == {
        "task_id": run.id,
        "session_id": run.session_id,
        "status": "cancelled",
        "links": {"task": f"/api/task/{run.id}"},
    }
    signed = sign(SECRET, headers["webhook-id"], int(headers["webhook-timestamp"]), body)
    assert headers["webhook-signature"] == signed
    assert store.deliveries.last(run.id) == ("delivered", 1, "", None)


def test_a_webhook_that_fails_is_told_again_and_at_last_given_up(
    store: Store, settings: Settings, receiver: Receiver
) -> None:
    run = end(store, receiver.url)
    receiver.status = 500
    attempts = len(PAUSES_S) + 1
    for _ in range(attempts + 1):
        WebhookSender(store, settings).deliver_due(threading.Event())
        make_due(store)
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert len(receiver.got) == attempts
    told = store.deliveries.last(run.id)
    assert told
    assert (told.status, told.attempts) == ("failed", attempts)
    assert "500" in told.error


@pytest.mark.parametrize(("status", "state"), [(302, "pending"), (410, "failed"), (404, "pending")])
def test_no_redirect_is_followed_and_a_webhook_that_is_gone_is_left(
    store: Store, settings: Settings, receiver: Receiver, status: int, state: str
) -> None:
    run = end(store, receiver.url)
    receiver.status = status
    WebhookSender(store, settings).deliver_due(threading.Event())
    told = store.deliveries.last(run.id)
    assert told
    assert told.status == state
    assert len(receiver.got) == 1


def test_a_webhook_that_cannot_be_reached_holds_up_no_other(
    store: Store, settings: Settings, receiver: Receiver
) -> None:
    dead, alive = end(store, "http://127.0.0.1:1/hook"), end(store, receiver.url)
    WebhookSender(store, settings).deliver_due(threading.Event())
    assert store.deliveries.last(alive.id) == ("delivered", 1, "", None)
    told = store.deliveries.last(dead.id)
    assert told
    assert told.status == "pending"
    assert "cannot be reached" in told.error


def test_the_address_is_checked_at_every_attempt(
    store: Store, settings: Settings, receiver: Receiver
) -> None:
    run = end(store, receiver.url)
    strict = settings.model_copy(update={"webhook_loopback": False})
    WebhookSender(store, strict).deliver_due(threading.Event())
    assert receiver.got == []
    told = store.deliveries.last(run.id)
    assert told
    assert "private network" in told.error


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/hook",
        "http://localhost/hook",
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/",
        "http://[::1]/",
        "http://0x7f.1/",
        "https://user:word@example.org/",
        "https://example.org:22/",
        "ftp://example.org/",
    ],
)
def test_where_a_webhook_may_not_lead(settings: Settings, url: str) -> None:
    strict = settings.model_copy(update={"webhook_loopback": False})
    with pytest.raises(ForbiddenAddressError):
        check_webhook(url, strict)


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "http://192.168.0.1/", "http://host.lan/"])
def test_this_machine_is_all_that_the_setting_lets_through(settings: Settings, url: str) -> None:
    assert check_webhook("http://127.0.0.1:9999/hook", settings)
    assert check_webhook("https://example.org/hook", settings)
    with pytest.raises(ForbiddenAddressError):
        check_webhook(url, settings)


def test_without_a_secret_there_are_no_webhooks(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="VIRTUAL_LAB_WEBHOOK_SECRET"):
        check_webhook("https://example.org/hook", Settings(data_dir=tmp_path))


@pytest.mark.parametrize("secret", ["short", "whsec_c2hvcnQ=", "no base64 at all!" * 3])
def test_a_weak_secret_is_refused_and_not_repeated(tmp_path: Path, secret: str) -> None:
    with pytest.raises(ValueError, match="24 to 64 bytes") as caught:
        Settings(data_dir=tmp_path, webhook_secret=secret)
    assert "24 to 64" in caught.value.errors()[0]["msg"]  # type: ignore[attr-defined]
