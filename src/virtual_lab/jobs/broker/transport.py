"""Kombu's Redis transport, which survives a broker that dies while a run is being worked on.

Once its connection is closed, a channel of kombu (5.7) does not know its address any more. A
message that is acknowledged or given back on it then ends the whole worker with an
AttributeError ('NoneType' object has no attribute 'hostname'); as the error of a lost connection
it does no harm. The message may be lost, but the store knows the run, and publishes it again.
"""

from __future__ import annotations

from typing import Any

import redis
from kombu.transport import TRANSPORT_ALIASES
from kombu.transport.redis import Channel as RedisChannel
from kombu.transport.redis import Transport as RedisTransport


class Channel(RedisChannel):
    """A channel that says so where its connection is closed."""

    def _connparams(self, asynchronous: bool = False) -> dict[str, Any]:
        if self.connection.client is None:
            raise redis.ConnectionError("the connection is closed")
        parameters: dict[str, Any] = super()._connparams(asynchronous)  # type: ignore[no-untyped-call]
        return parameters


class Transport(RedisTransport):
    """The transport with such channels."""

    Channel = Channel


def use_transport() -> None:
    """Let all Redis addresses of this process be served by this transport."""
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:{Transport.__name__}"
