"""Answers that are kept, by HTTP's own rules (RFC 9111).

Most providers say nothing about how long their answers hold. The standard then leaves the time to
the cache (section 4.2.2); here it is ``fresh_for``. Where a provider does say, it has its way.
"""

from __future__ import annotations

from pathlib import Path

import httpx2
from hishel import AsyncRedisStorage, AsyncSqliteStorage, CacheOptions
from hishel.httpx2 import AsyncCacheTransport
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from virtual_lab.errors import SettingError
from virtual_lab.private_files import make_file

_ASSUMED_FRESH = frozenset({200, 203, 301, 308})
_SAYS_HOW_LONG = ("cache-control", "expires", "pragma")
_MAX_CACHE_BYTES = 1024**3
_KEPT_S = 7 * 86_400  # in Redis, at the least; a stale answer may be confirmed until then
_REDIS_S = 2.0  # longest wait for Redis; without it the host is asked
_PREFIX = "virtual-lab:web"

Storage = AsyncSqliteStorage | AsyncRedisStorage

# A private cache: it serves one user or one team, never the public.
_OPTIONS = CacheOptions(shared=False, supported_methods=["GET"])


class FreshnessTransport(httpx2.AsyncBaseTransport):
    """Gives an answer without a word on its lifetime the one that the cache assumes."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, fresh_for: int) -> None:
        self._inner = inner
        self._fresh_for = fresh_for

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request and complete the headers of its answer."""
        answer = await self._inner.handle_async_request(request)
        if answer.status_code in _ASSUMED_FRESH and not any(
            header in answer.headers for header in _SAYS_HOW_LONG
        ):
            answer.headers["cache-control"] = f"max-age={self._fresh_for}"
        return answer

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


def cached(
    inner: httpx2.AsyncBaseTransport, place: Path | str, fresh_for: int, max_bytes: int
) -> httpx2.AsyncBaseTransport:
    """A transport that answers from the cache in ``place`` where it may.

    Args:
        inner: sends what the cache cannot answer.
        place: an SQLite file, which processes of one machine may share, or the address of a
            Redis, which machines may share.
        fresh_for: how long an answer holds that says nothing itself, in seconds.
        max_bytes: the largest answer that is kept.

    Raises:
        SettingError: the address is none of a Redis.
    """
    storage: Storage
    if isinstance(place, str):
        storage = _in_redis(place, fresh_for, max_bytes)
    else:
        # The library would make both for all to read.
        make_file(place)
        make_file(place.with_name(".gitignore"), "*\n")
        storage = AsyncSqliteStorage(
            database_path=place, max_stream_size=max_bytes, max_size=_MAX_CACHE_BYTES
        )
    return AsyncCacheTransport(FreshnessTransport(inner, fresh_for), storage, _OPTIONS)


def _in_redis(address: str, fresh_for: int, max_bytes: int) -> AsyncRedisStorage:
    try:
        client = Redis.from_url(
            address,
            socket_connect_timeout=_REDIS_S,
            socket_timeout=_REDIS_S,
            retry=Retry(NoBackoff(), 0),
        )
    except ValueError:
        # The words of redis-py are not repeated: the address may hold a password.
        raise SettingError("setting.cache_url") from None
    return AsyncRedisStorage(
        client,
        default_ttl=max(fresh_for, _KEPT_S),
        max_stream_size=max_bytes,
        key_prefix=_PREFIX,
    )
