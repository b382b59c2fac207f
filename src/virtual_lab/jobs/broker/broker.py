"""The message broker of this installation: Redis where REDIS_URL is set, else an embedded one."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from virtual_lab.errors import BrokerDownError
from virtual_lab.jobs.broker.embedded import START_S, EmbeddedBroker
from virtual_lab.settings import Settings

ANSWER_S = 1.5
"""How long the broker may take to answer before it counts as down, in seconds."""


class Broker:
    """The broker that the settings name. Making this object connects to nothing."""

    def __init__(self, settings: Settings) -> None:
        self.embedded = (
            None if settings.broker_url else EmbeddedBroker(settings.data_dir / "broker")
        )
        self.url: str = settings.broker_url or (self.embedded.url if self.embedded else "")

    def start(self, wait_s: float = START_S) -> None:
        """Start the embedded broker, or use the one that runs; does nothing for an outside Redis.

        Args:
            wait_s: how long the broker may take to answer, in seconds.

        Raises:
            BrokerError: no program for a broker is installed, or it does not answer.
        """
        if self.embedded:
            self.embedded.start(wait_s)

    def stop(self) -> None:
        """Stop using the embedded broker, which ends with its last user."""
        if self.embedded:
            self.embedded.stop()

    def client(self, timeout_s: float = ANSWER_S) -> redis.Redis:
        """A Redis client that waits ``timeout_s`` seconds for an answer and does not retry."""
        bounds: dict[str, Any] = {
            "socket_timeout": timeout_s,
            "socket_connect_timeout": timeout_s,
            "retry": Retry(NoBackoff(), retries=0),
        }
        parts = urlsplit(self.url)
        if parts.scheme == "redis+socket":
            return redis.Redis(unix_socket_path=unquote(parts.path), **bounds)
        return redis.Redis.from_url(self.url, **bounds)

    def check(self) -> None:
        """Ask the broker for an answer.

        Raises:
            BrokerDownError: it does not answer within ``ANSWER_S`` seconds.
        """
        try:
            with self.client() as client:
                client.ping()
        except (redis.RedisError, OSError, ValueError) as error:
            raise BrokerDownError("service.broker", broker=self, problem=error) from None

    def __str__(self) -> str:
        """The address without its password."""
        if self.embedded:
            return str(self.embedded.socket)
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
