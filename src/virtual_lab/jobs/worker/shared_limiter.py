"""The limiter of model calls that all workers share, in the broker's Redis."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from virtual_lab.analysts.model.limiter import Limiter, limits_of
from virtual_lab.analysts.model.redis_limiter import RedisLimiter
from virtual_lab.jobs.broker.broker import Broker
from virtual_lab.settings import Settings


@asynccontextmanager
async def open_limiter(settings: Settings) -> AsyncIterator[Limiter]:
    """The limiter of a run, which connects to Redis at the first call of a model."""
    async with RedisLimiter.open(Broker(settings).url, limits_of(settings)) as limiter:
        yield limiter
