"""How often something is tried, and which pauses lie between; none is really made."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from virtual_lab.retry import Retry, TransientError


class Failing:
    """Fails so often, and then gives "done"."""

    def __init__(self, times: int, error: Callable[[], Exception] = TransientError) -> None:
        self.calls = 0
        self._times, self._error = times, error

    def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self._times:
            raise self._error()
        return "done"

    async def awaited(self) -> str:
        return self()


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    pauses: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", pauses.append)
    return pauses


def asking(seconds: float) -> Callable[[], TransientError]:
    return lambda: TransientError("busy", seconds)


def test_pauses_double_up_to_the_longest(pauses: list[float]) -> None:
    assert Retry(6, 1.0, 5.0, jitter=0.0).caller()(Failing(5)) == "done"
    assert pauses == [1, 2, 4, 5, 5]


def test_a_share_of_each_pause_is_left_to_chance(pauses: list[float]) -> None:
    for _ in range(50):
        Retry(2, 8.0, 8.0).caller()(Failing(1))
    assert 4 <= min(pauses) < 5
    assert 7 < max(pauses) <= 8


def test_what_the_other_side_asks_for_wins(pauses: list[float]) -> None:
    Retry(2, 1.0, 5.0, jitter=0.0).caller()(Failing(1, asking(40)))
    Retry(2, 1.0, 5.0).caller()(Failing(1, asking(40)))
    Retry(2, 1.0, 5.0, jitter=0.0).caller()(Failing(1, asking(0)))
    assert pauses == [40, pytest.approx(40.075, abs=0.025), 0]


@pytest.mark.parametrize(
    ("retry", "error", "calls"),
    [
        (Retry(3, 0.0, 0.0), TransientError, 3),
        (Retry(1, 0.0, 0.0), TransientError, 1),
        (Retry(9, 4.0, 30.0, jitter=0.0, patience_s=5.0), TransientError, 2),
        (Retry(9, 0.0, 0.0, patience_s=5.0), asking(6), 1),
        (Retry(9, 0.0, 0.0, all_s=5.0), asking(6), 1),
        (Retry(9, 0.0, 0.0), ValueError, 1),
    ],
)
def test_it_ends_with_the_last_error(
    retry: Retry, error: Callable[[], Exception], calls: int, pauses: list[float]
) -> None:
    failing = Failing(20, error)
    with pytest.raises(type(error())):
        retry.caller()(failing)
    assert failing.calls == calls


def test_a_coroutine_function_is_told_of_each_pause() -> None:
    told: list[float | None] = []

    async def tell(error: TransientError) -> None:
        told.append(error.retry_after_s)

    retry, failing = Retry(3, 0.0, 0.0), Failing(9, asking(0.01))
    with pytest.raises(TransientError, match="busy"):
        asyncio.run(retry.async_caller(tell)(failing.awaited))
    assert told == [0.01, 0.01]


def test_a_pause_can_be_cancelled() -> None:
    failing = Failing(9, asking(600))

    async def told(error: TransientError) -> None:
        pass

    async def run() -> None:
        async with asyncio.timeout(0.05):
            await Retry(9, 0.0, 0.0).async_caller(told)(failing.awaited)

    with pytest.raises(TimeoutError):
        asyncio.run(run())
    assert failing.calls == 1
