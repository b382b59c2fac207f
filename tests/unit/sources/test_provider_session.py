"""A provider that fails is a line, and what it said before it failed counts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest

from virtual_lab.domain import Source
from virtual_lab.errors import (
    FetchError,
    RefusedRequestError,
    UnreachableHostError,
    UnusableAnswerError,
)
from virtual_lab.sources.provider import SourceRecord
from virtual_lab.sources.provider_session import ProviderResult, ProviderSession

SOY = SourceRecord(Source(id="soy", title="Soy"))


class Scripted:
    """A connector that answers as it is told, and keeps what it was asked."""

    name = "scripted"

    def __init__(
        self,
        answer: Callable[[str], list[SourceRecord]],
        languages: Sequence[str] = (),
        wait: float = 0,
    ) -> None:
        self._answer = answer
        self._wait = wait
        self.languages = frozenset(languages)
        self.asked: list[str] = []

    async def search(self, query: str, limit: int) -> list[SourceRecord]:
        self.asked.append(query)
        await asyncio.sleep(self._wait)
        return self._answer(query)


def raising(error: Exception, on: str = "") -> Callable[[str], list[SourceRecord]]:
    """Fails on the queries that hold ``on``."""

    def answer(query: str) -> list[SourceRecord]:
        if on in query:
            raise error
        return [SOY]

    return answer


def ask(connector: Scripted, *calls: Sequence[str], deadline: float = 5) -> list[ProviderResult]:
    async def run() -> list[ProviderResult]:
        provider = ProviderSession(connector, deadline)
        return [await provider.ask(queries, 10) for queries in calls]

    return asyncio.run(run())


def test_each_answered_query_gives_a_ranking() -> None:
    connector = Scripted(lambda query: [SOY] if query == "soy" else [])
    (asked,) = ask(connector, ["soy", "bean"])
    assert asked == ProviderResult(((SOY,), ()), None)


def test_a_query_is_asked_once() -> None:
    connector = Scripted(lambda _: [SOY], wait=0.01)

    async def run() -> list[ProviderResult]:
        provider = ProviderSession(connector, 5)
        return await asyncio.gather(*(provider.ask(["soy"], 10) for _ in range(3)))

    assert asyncio.run(run()) == [ProviderResult(((SOY,),))] * 3
    assert connector.asked == ["soy"]


def test_only_queries_that_it_understands_are_asked() -> None:
    connector = Scripted(lambda _: [SOY], languages=["en"])
    first, second = ask(connector, ["콩 안전성 평가", "soy safety"], ["콩"])
    assert connector.asked == ["soy safety"]
    assert first.failure is None
    assert second == ProviderResult(())


def test_one_bad_query_does_not_spoil_the_others() -> None:
    connector = Scripted(raising(UnusableAnswerError("no JSON"), on="b"))
    (asked,) = ask(connector, ["a", "b", "c"])
    assert connector.asked == ["a", "b", "c"]
    assert len(asked.rankings) == 2
    assert str(asked.failure) == (
        "scripted: The answer cannot be used: no JSON (2 of 3 searches answered)"
    )


@pytest.mark.parametrize(
    "error",
    [
        UnreachableHostError("a.org"),
        *(RefusedRequestError("a.org", http_status=n) for n in (403, 429, 503)),
    ],
)
def test_a_provider_out_of_reach_is_left_alone(error: FetchError) -> None:
    connector = Scripted(raising(error, on="b"))
    first, second, third = ask(connector, ["a", "b", "c"], ["d"], ["e", "a"])
    assert connector.asked == ["a", "b"]
    assert str(first.failure) == f"scripted: {error} (1 of 3 searches answered)"
    assert str(second.failure) == f"scripted: {error}"
    assert third.rankings == ((SOY,),)  # what it answered before is known


def test_it_is_asked_again_after_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("virtual_lab.sources.provider_session.PAUSE_S", 0.0)
    connector = Scripted(raising(UnreachableHostError("a.org"), on="a"))
    first, second = ask(connector, ["a"], ["b"])
    assert first.failure is not None
    assert second == ProviderResult(((SOY,),))


def test_a_late_provider_counts_with_what_it_had() -> None:
    class Stalling(Scripted):
        async def search(self, query: str, limit: int) -> list[SourceRecord]:
            if query != "a":
                await asyncio.Event().wait()
            return await super().search(query, limit)

    (asked,) = ask(Stalling(lambda _: [SOY]), ["a", "b", "c"], deadline=0.5)
    assert asked.rankings == ((SOY,),)
    assert str(asked.failure) == ("scripted: no answer within 0.5 s (1 of 3 searches answered)")


def test_an_error_of_ours_is_a_line_too(caplog: pytest.LogCaptureFixture) -> None:
    (asked,) = ask(Scripted(raising(KeyError("secret"))), ["a"])
    assert str(asked.failure) == "scripted: it failed (KeyError)"
    assert "connector scripted failed" in caplog.text
