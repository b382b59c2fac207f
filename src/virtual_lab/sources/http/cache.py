"""The cache of HTTP answers, by the rules of RFC 9111.

Most providers do not say how long their answers are fresh. The standard then leaves the lifetime to
the cache (section 4.2.2); here it is ``fresh_for``.
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

_CACHEABLE_STATUSES = frozenset({200, 203, 301, 308})
_LIFETIME_HEADERS = ("cache-control", "expires", "pragma")
_MAX_CACHE_BYTES = 1024**3
# Redis keeps stale answers for at least this time, since their host may confirm them.
_LEAST_TIME_IN_REDIS_S = 7 * 86_400
_REDIS_TIMEOUT_S = 2.0
_KEY_PREFIX = "virtual-lab:web"

Storage = AsyncSqliteStorage | AsyncRedisStorage

# A private cache: it serves one user or one team, never the public.
_OPTIONS = CacheOptions(shared=False, supported_methods=["GET"])


class FreshnessTransport(httpx2.AsyncBaseTransport):
    """Adds a lifetime to answers that give none.

    Args:
        inner: sends the requests.
        fresh_for: the lifetime in seconds.
    """

    def __init__(self, inner: httpx2.AsyncBaseTransport, fresh_for: int) -> None:
        self._inner = inner
        self._fresh_for = fresh_for

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request; the answer has a ``cache-control`` header or another lifetime."""
        answer = await self._inner.handle_async_request(request)
        if answer.status_code in _CACHEABLE_STATUSES and not any(
            header in answer.headers for header in _LIFETIME_HEADERS
        ):
            answer.headers["cache-control"] = f"max-age={self._fresh_for}"
        return answer

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


def cached(
    inner: httpx2.AsyncBaseTransport, place: Path | str, fresh_for: int, max_bytes: int
) -> httpx2.AsyncBaseTransport:
    """A transport that answers from a cache where the rules of HTTP allow it.

    Args:
        inner: sends the requests that the cache cannot answer.
        place: an SQLite file, which the processes of one machine may share, or the address of a
            Redis, which several machines may share.
        fresh_for: the lifetime of an answer that gives none, in seconds.
        max_bytes: the largest answer that is cached, in bytes.

    Raises:
        SettingError: the address is not that of a Redis.
    """
    storage: Storage
    if isinstance(place, str):
        storage = _redis_storage(place, fresh_for, max_bytes)
    else:
        # Otherwise the library makes both, readable for all users.
        make_file(place)
        make_file(place.with_name(".gitignore"), "*\n")
        storage = AsyncSqliteStorage(
            database_path=place, max_stream_size=max_bytes, max_size=_MAX_CACHE_BYTES
        )
    return AsyncCacheTransport(FreshnessTransport(inner, fresh_for), storage, _OPTIONS)


def _redis_storage(address: str, fresh_for: int, max_bytes: int) -> AsyncRedisStorage:
    try:
        client = Redis.from_url(
            address,
            socket_connect_timeout=_REDIS_TIMEOUT_S,
            socket_timeout=_REDIS_TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),
        )
    except ValueError:
        # The message of redis-py is not shown: it may hold the password of the address.
        raise SettingError("setting.cache_url") from None
    return AsyncRedisStorage(
        client,
        default_ttl=max(fresh_for, _LEAST_TIME_IN_REDIS_S),
        max_stream_size=max_bytes,
        key_prefix=_KEY_PREFIX,
    )
