"""The limiter of model calls that all workers share, in the broker's Redis."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from virtual_lab.analysts.model.limiter import Limiter, limits_of
from virtual_lab.analysts.model.redis_limiter import RedisLimiter
from virtual_lab.jobs.broker import Broker
from virtual_lab.settings import Settings

_GRACE_S = 30.0  # after its time limit a call that has not ended is taken for lost


@asynccontextmanager
async def open_limiter(settings: Settings) -> AsyncIterator[Limiter]:
    """The limiter of a run; Redis is asked only once a model is called."""
    lost_after_s = settings.call_total_s + _GRACE_S
    async with RedisLimiter.open(
        Broker(settings).url, limits_of(settings), lost_after_s
    ) as limiter:
        yield limiter
