"""A limiter that all workers share, in Redis.

One atomic script decides, by the clock of the server. It reads the calls under way (each with the
time when it counts as lost), the calls that began in the last minute, and the time until which the
model is held. While Redis does not answer, each process applies the limits by itself.
"""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import unquote, urlsplit

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from virtual_lab.analysts.model.limiter import WINDOW_S, Limits, ProcessLimiter

_KEY_PREFIX = "virtual-lab:limiter:"
_LONGEST_PAUSE_S = 0.5
_REDIS_TIMEOUT_S = 2.0
LOST_AFTER_S = 15.0
"""A call that was not renewed for so long counts as lost."""

_RENEWALS_BEFORE_LOST = 3

# KEYS: under way, begun, held. ARGV: call, tokens, concurrent, requests, tokens a minute, lost
# after (ms), window (ms); a limit of 0 is none. Returns 0, or milliseconds to wait.
_ADMIT_SCRIPT = """
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local held = tonumber(redis.call('GET', KEYS[3]) or '0')
if held > now then return held - now end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - ARGV[7])
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then return 20 end
local begun = redis.call('ZRANGE', KEYS[2], 0, -1, 'WITHSCORES')
local count, tokens = #begun / 2, 0
for i = 1, #begun, 2 do tokens = tokens + tonumber(string.match(begun[i], ':(%d+)$')) end
local requests, most = tonumber(ARGV[4]), tonumber(ARGV[5])
if count > 0 and ((requests > 0 and count >= requests)
    or (most > 0 and tokens + tonumber(ARGV[2]) > most)) then
  return math.max(1, begun[2] + ARGV[7] - now)
end
redis.call('ZADD', KEYS[1], now + ARGV[6], ARGV[1])
redis.call('ZADD', KEYS[2], now, ARGV[1] .. ':' .. ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[6])
redis.call('PEXPIRE', KEYS[2], ARGV[7])
return 0
"""
_RENEW_SCRIPT = """
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('ZADD', KEYS[1], 'XX', now + ARGV[2], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""
_HOLD_SCRIPT = """
local t = redis.call('TIME')
local till = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
if till > tonumber(redis.call('GET', KEYS[1]) or '0') then
  redis.call('SET', KEYS[1], till, 'PX', ARGV[1])
end
"""


class RedisLimiter:
    """A limiter for the calls of all processes that use one Redis.

    Args:
        redis: a connection of the running event loop.
        limits: the limits, the same for every process.
        lost_after_s: a call counts as lost when it was not renewed for so many seconds, as after
            its process was killed.
    """

    def __init__(self, redis: Redis, limits: Limits, lost_after_s: float = LOST_AFTER_S) -> None:
        self._limits = limits
        self._local_limiter = ProcessLimiter(limits)
        self._lost_after_ms = int(lost_after_s * 1000)
        self._redis = redis
        self._admit = redis.register_script(_ADMIT_SCRIPT)
        self._renew = redis.register_script(_RENEW_SCRIPT)
        self._hold = redis.register_script(_HOLD_SCRIPT)

    @asynccontextmanager
    async def admit(self, model: str, tokens: int) -> AsyncIterator[None]:
        """See ``Limiter``."""
        call = uuid.uuid4().hex
        under_way, begun, held = self._keys(model)
        arguments: list[str | int] = [
            call,
            tokens,
            self._limits.concurrent,
            self._limits.requests_per_minute or 0,
            self._limits.tokens_per_minute or 0,
            self._lost_after_ms,
            int(WINDOW_S * 1000),
        ]
        try:
            while wait_ms := await self._admit(keys=[under_way, begun, held], args=arguments):
                _raise_if_cancelled()
                pause = min(_LONGEST_PAUSE_S, float(wait_ms) / 1000)
                await asyncio.sleep(pause * (1 + random.random()))  # noqa: S311  spreads the workers
        except RedisError:
            async with self._local_limiter.admit(model, tokens):
                yield
            return
        renewal = asyncio.create_task(self._renew_until_cancelled(under_way, call))
        try:
            _raise_if_cancelled()
            yield
        finally:
            renewal.cancel()
            with suppress(RedisError):  # the call then counts until it is lost
                await asyncio.shield(self._redis.zrem(under_way, call))

    async def _renew_until_cancelled(self, under_way: str, call: str) -> None:
        """Renew a call under way until cancelled, so that it does not count as lost."""
        while True:
            await asyncio.sleep(self._lost_after_ms / 1000 / _RENEWALS_BEFORE_LOST)
            with suppress(RedisError):
                await self._renew(keys=[under_way], args=[call, self._lost_after_ms])

    async def hold(self, model: str, seconds: float) -> None:
        """See ``Limiter``."""
        await self._local_limiter.hold(model, seconds)
        with suppress(RedisError):
            await self._hold(keys=[self._keys(model)[2]], args=[max(1, int(seconds * 1000))])

    @classmethod
    @asynccontextmanager
    async def open(
        cls, url: str, limits: Limits, lost_after_s: float = LOST_AFTER_S
    ) -> AsyncIterator[RedisLimiter]:
        """A limiter with its own connection, which is closed at the exit.

        Args:
            url: the address of a Redis: redis://, rediss:// or redis+socket://. It is connected to
                at the first call.
            limits: see the class.
            lost_after_s: see the class.
        """
        parts = urlsplit(url)
        bounds: dict[str, Any] = {
            "socket_timeout": _REDIS_TIMEOUT_S,
            "socket_connect_timeout": _REDIS_TIMEOUT_S,
            "retry": Retry(NoBackoff(), retries=0),
        }
        redis = (
            Redis(unix_socket_path=unquote(parts.path), **bounds)
            if parts.scheme == "redis+socket"
            else Redis.from_url(url, **bounds)
        )
        async with redis:
            yield cls(redis, limits, lost_after_s)

    def _keys(self, model: str) -> tuple[str, str, str]:
        base = _KEY_PREFIX + model
        return f"{base}:under-way", f"{base}:begun", f"{base}:held"


def _raise_if_cancelled() -> None:
    """Raise a cancellation that ``asyncio.wait_for`` of Python 3.11, which the client uses,
    swallows where the answer comes at the same moment."""
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError
