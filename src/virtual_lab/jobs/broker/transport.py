"""Kombu's Redis transport, changed so that a worker survives the death of the broker.

In kombu 5.7 a channel forgets its address when its connection is closed. Acknowledging a message
on it then ends the whole worker with an AttributeError ('NoneType' object has no attribute
'hostname'). Raised as a connection error it does no harm: the message may be lost, but the run is
in the store and is published again.
"""

from __future__ import annotations

from typing import Any

import redis
from kombu.transport import TRANSPORT_ALIASES
from kombu.transport.redis import Channel as RedisChannel
from kombu.transport.redis import Transport as RedisTransport


class Channel(RedisChannel):
    """A channel that raises a connection error where its connection is closed."""

    def _connparams(self, asynchronous: bool = False) -> dict[str, Any]:
        if self.connection.client is None:
            raise redis.ConnectionError("the connection is closed")
        parameters: dict[str, Any] = super()._connparams(asynchronous)  # type: ignore[no-untyped-call]
        return parameters


class Transport(RedisTransport):
    """The Redis transport with these channels."""

    Channel = Channel


def use_transport() -> None:
    """Use this transport for all Redis addresses of this process."""
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:{Transport.__name__}"
