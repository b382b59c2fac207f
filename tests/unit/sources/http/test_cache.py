"""What is asked once is not asked again, as far as HTTP's rules allow."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis

from tests.replay import ReplayServer, Reply
from virtual_lab.errors import SettingError
from virtual_lab.jobs.broker.embedded import EmbeddedBroker
from virtual_lab.sources.http import Fetcher, RequestPolicy, WebResponse

QUICK = RequestPolicy(interval=0, retries=0)
SECRET = RequestPolicy(0, headers={"Authorization": "Bearer s3cret"}, params={"key": "s3cret"})
Make = Callable[..., Fetcher]


def get_twice(
    fetcher: Make, url: str, policy: RequestPolicy = QUICK, cache: bool | str = True
) -> list[WebResponse]:
    """The answers of two clients, one after the other, that share a cache."""

    async def run() -> list[WebResponse]:
        answers = []
        for _ in range(2):
            async with fetcher(cache=cache) as client:
                answers.append(await client.get(url, policy=policy))
        return answers

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("headers", "requests"),
    [
        ({}, 1),
        ({"Vary": "Accept-Encoding"}, 1),
        ({"Cache-Control": "max-age=60"}, 1),
        ({"Cache-Control": "private, max-age=60"}, 1),
        ({"Cache-Control": "no-store"}, 2),
        ({"Cache-Control": "max-age=0"}, 2),
        ({"Expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, 2),
    ],
)
def test_the_provider_says_how_long_its_answer_holds(
    server: ReplayServer, fetcher: Make, headers: dict[str, str], requests: int
) -> None:
    server.on("/a", Reply(b"answer", headers=headers))
    first, second = get_twice(fetcher, server.url + "/a")
    assert second.content == first.content == b"answer"
    assert server.count("/a") == requests
    assert second.from_cache is (requests == 1)
    assert requests == 2 or second.date == first.date


def test_a_stale_answer_is_confirmed_rather_than_sent_again(
    server: ReplayServer, fetcher: Make
) -> None:
    etag = {"Cache-Control": "max-age=0", "ETag": '"1"'}
    server.on("/a", Reply(b"answer", headers=etag), Reply(status=304, headers=etag))
    _, second = get_twice(fetcher, server.url + "/a")
    assert second.content == b"answer"
    assert server.asked[1].headers["if-none-match"] == '"1"'


@pytest.mark.parametrize("status", [404, 429, 500])
def test_a_failure_is_not_kept(server: ReplayServer, fetcher: Make, status: int) -> None:
    server.on("/a", Reply(b"", status), b"answer")

    async def run() -> bytes:
        async with fetcher(cache=True) as client:
            with pytest.raises(Exception, match=str(status)):
                await client.get(server.url + "/a", policy=QUICK)
            return (await client.get(server.url + "/a", policy=QUICK)).content

    assert asyncio.run(run()) == b"answer"


def test_no_credential_is_written_to_the_cache(
    server: ReplayServer, fetcher: Make, tmp_path: Path
) -> None:
    server.on("/a", b"answer")
    get_twice(fetcher, server.url + "/a", SECRET)
    assert server.count("/a") == 1
    assert server.asked[0].headers["authorization"] == "Bearer s3cret"
    kept = b"".join(path.read_bytes() for path in (tmp_path / "cache").iterdir())
    assert b"answer" in kept
    assert b"s3cret" not in kept


def test_a_search_with_a_body_is_kept_by_its_body(server: ReplayServer, fetcher: Make) -> None:
    server.on_json("/search", {"n": 1}, {"n": 2})

    async def run() -> list[object]:
        async with fetcher(cache=True) as client:
            return [
                (await client.get_json(server.url + "/search", policy=QUICK, body=body))[0]
                for body in ({"query": "콩"}, {"query": "soy"}, {"query": "콩"})
            ]

    assert asyncio.run(run()) == [{"n": 1}, {"n": 2}, {"n": 1}]
    assert [(a.method, a.body.decode(), a.query) for a in server.asked] == [
        ("POST", '{"query": "콩"}', {}),
        ("POST", '{"query": "soy"}', {}),
    ]


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if sys.platform == "win32":
        pytest.skip("no Valkey there")
    broker = EmbeddedBroker(tmp_path_factory.mktemp("valkey"))
    broker.start()
    yield f"unix://{broker.socket}"
    broker.stop()


@pytest.mark.slow
def test_answers_are_kept_in_redis_where_it_is_asked_for(
    server: ReplayServer, fetcher: Make, valkey: str, tmp_path: Path
) -> None:
    server.on("/kept", Reply(b"answer" * 50_000))
    server.on("/secret", Reply(b"answer"))
    first, second = get_twice(fetcher, server.url + "/kept", cache=valkey)
    assert second.content == first.content == b"answer" * 50_000
    assert (first.from_cache, second.from_cache) == (False, True)
    assert server.count("/kept") == 1
    get_twice(fetcher, server.url + "/secret", SECRET, cache=valkey)
    with Redis.from_url(valkey) as redis:
        names = list(redis.scan_iter())
        values = [redis.dump(name) or b"" for name in names]
        assert names
        assert all(name.startswith(b"virtual-lab:web:") for name in names)
        assert all(redis.pttl(name) > 0 for name in names)
    assert b"s3cret" not in b"".join([*names, *values])
    assert not list(tmp_path.rglob("*.sqlite3"))


def test_without_the_redis_the_host_is_asked(server: ReplayServer, fetcher: Make) -> None:
    server.on("/a", b"answer")
    answers = get_twice(fetcher, server.url + "/a", cache="redis://127.0.0.1:1")
    assert [answer.content for answer in answers] == [b"answer"] * 2
    assert server.count("/a") == 2


def test_an_address_of_no_redis_is_said_so_without_its_words(fetcher: Make) -> None:
    with pytest.raises(SettingError, match="CACHE_URL: it is no address") as raised:
        fetcher(cache="http://:s3cret@example.org")
    assert "s3cret" not in str(raised.value)
