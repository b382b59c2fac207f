"""Webhooks: messages to a URL of the caller that a run has ended.

They follow the Standard Webhooks specification (https://www.standardwebhooks.com): the headers
``webhook-id``, ``webhook-timestamp`` and ``webhook-signature``, which is "v1," and the base64 of
the HMAC-SHA256 of "id.timestamp.body". The libraries of the specification verify them.

At every attempt the URL is resolved and checked like that of a fetched page, and the connection
goes to the address that was checked. Redirects are not followed.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import random
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Sequence
from hashlib import sha256

import httpx2
import structlog

from virtual_lab.errors import (
    FetchError,
    ForbiddenAddressError,
    InvalidInputError,
    RefusedRequestError,
    SlowHostError,
)
from virtual_lab.network import Network
from virtual_lab.settings import Settings
from virtual_lab.sources.http.ssrf import AddressRules, endpoint
from virtual_lab.sources.http.transport import GuardedTransport
from virtual_lab.store import Delivery, RunState, Store

PERIOD_S = 1.0
PAUSES_S = (5.0, 60.0, 300.0, 1800.0, 7200.0, 18_000.0, 36_000.0)
"""The pauses between attempts, in seconds, each varied by up to 20 %: 8 attempts in 18 hours."""

_LONGEST_ATTEMPT_S = 15.0
_LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})

log = structlog.get_logger(__name__)


def check_webhook(url: str, settings: Settings) -> str:
    """Give the URL back, where webhooks may be sent to it.

    Raises:
        InvalidInputError: the settings have no secret to sign with.
        ForbiddenAddressError: it is not an address of the public web.
    """
    if not settings.webhook_secret:
        raise InvalidInputError("setting.no_webhook_secret")
    try:
        _rules(settings, [url]).check_url(url)
    except ForbiddenAddressError as error:
        raise ForbiddenAddressError("fetch.webhook", problem=error.message) from None
    return url


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature of a message, for its header ``webhook-signature``."""
    key = b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + b64encode(hmac.digest(key, signed, sha256)).decode()


def body_of(delivery: Delivery) -> bytes:
    """The JSON of a message: the ids of the run, its state, and links to its task and report."""
    links = {"task": f"/api/task/{delivery.run_id}"}
    if delivery.state is RunState.SUCCESS:
        links["report"] = f"/api/reports/{delivery.run_id}"
    message = {
        "type": f"run.{delivery.state}",
        "timestamp": delivery.ended_at.isoformat(),
        "data": {
            "task_id": delivery.run_id,
            "session_id": delivery.session_id,
            "status": str(delivery.state),
            "links": links,
        },
    }
    return json.dumps(message, ensure_ascii=False).encode()


class WebhookSender:
    """Delivers the messages that are due, all at the same time.

    Any number of processes may have one, since what is due is in the store.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def deliver_due(self, stopped: threading.Event) -> None:
        """Make one attempt for every message that is due; does nothing without a secret."""
        while self._settings.webhook_secret and not stopped.is_set():
            due = self._store.deliveries.take()
            if not due:
                return
            asyncio.run(self._deliver(due))

    async def _deliver(self, due: Sequence[Delivery]) -> None:
        rules = _rules(self._settings, [delivery.url for delivery in due])
        transport = GuardedTransport(rules, network=Network.of(self._settings))
        async with httpx2.AsyncClient(transport=transport) as client:
            await asyncio.gather(*(self._attempt(client, rules, delivery) for delivery in due))

    async def _attempt(
        self, client: httpx2.AsyncClient, rules: AddressRules, delivery: Delivery
    ) -> None:
        try:
            rules.check_url(delivery.url)
            async with asyncio.timeout(_LONGEST_ATTEMPT_S):
                await self._send(client, delivery)
        except (FetchError, TimeoutError) as error:
            failure = (
                error
                if isinstance(error, FetchError)
                else SlowHostError("fetch.over_time", seconds=f"{_LONGEST_ATTEMPT_S:g}")
            )
            await asyncio.to_thread(self._put_off, delivery, failure)
        else:
            await asyncio.to_thread(self._store.deliveries.delivered, delivery)

    async def _send(self, client: httpx2.AsyncClient, delivery: Delivery) -> None:
        """Send a message once.

        Raises:
            FetchError: it did not arrive, or the answer is no success.
        """
        secret = self._settings.webhook_secret
        assert secret  # noqa: S101 - ``deliver_due`` sends nothing without a secret
        body, now = body_of(delivery), int(time.time())
        headers = {
            "content-type": "application/json",
            "user-agent": "virtual-lab",
            "webhook-id": delivery.id,
            "webhook-timestamp": str(now),
            "webhook-signature": sign(secret.get_secret_value(), delivery.id, now, body),
        }
        # Only the status of the answer is needed, so its body is not read.
        async with client.stream("POST", delivery.url, content=body, headers=headers) as answer:
            if not answer.is_success:
                status = answer.status_code
                raise RefusedRequestError(
                    "fetch.webhook_answered", status=status, http_status=status
                )

    def _put_off(self, delivery: Delivery, error: FetchError) -> None:
        """Plan the next attempt; there is none after the last one, nor after the status 410."""
        pause = None
        is_gone = isinstance(error, RefusedRequestError) and error.http_status == httpx2.codes.GONE
        if delivery.attempts < len(PAUSES_S) and not is_gone:
            pause = PAUSES_S[delivery.attempts] * random.uniform(0.8, 1.2)  # noqa: S311
        self._store.deliveries.failed(delivery, error, pause)
        log.warning(
            "webhook not delivered",
            run_id=delivery.run_id,
            attempt=delivery.attempts + 1,
            error=str(error),
            again_in_s=pause and round(pause),
        )


def _rules(settings: Settings, urls: Sequence[str]) -> AddressRules:
    """The rules for addresses; loopback is allowed only where the settings say so."""
    if not settings.webhook_loopback:
        return AddressRules()
    endpoints = []
    for url in urls:
        try:
            endpoints.append(endpoint(httpx2.URL(url)))
        except httpx2.InvalidURL:
            continue
    return AddressRules(found for found in endpoints if found[0] in _LOOPBACK_HOSTS)
