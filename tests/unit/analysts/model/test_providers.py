from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from virtual_lab.analysts.model.model_names import ModelName
from virtual_lab.analysts.model.providers import (
    HttpClients,
    JsonMode,
    first_json_mode,
    make_model,
    served_model,
)
from virtual_lab.errors import ModelUnavailableError, SettingError
from virtual_lab.network import is_loopback_url
from virtual_lab.settings import Settings
from virtual_lab.testing import ModelServer


@pytest.fixture
def clients() -> Iterator[HttpClients]:
    opened = HttpClients.open(5.0)
    yield opened
    asyncio.run(opened.aclose())


def settings(**values: Any) -> Settings:
    return Settings.model_validate({"only_local_models": False, **values})


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/v1", "http://localhost/v1", "http://[::1]:1/v1"]
)
def test_loopback_is_local(url: str) -> None:
    assert is_loopback_url(url)


@pytest.mark.parametrize(
    "url", ["", "https://api.openai.com/v1", "http://127.0.0.1.example.org", "http://10.0.0.1/v1"]
)
def test_nothing_else_is_local(url: str) -> None:
    assert not is_loopback_url(url)


def test_a_server_of_ones_own_needs_no_key(clients: HttpClients) -> None:
    own = settings(OPENAI_BASE_URL="http://127.0.0.1:9/v1")
    assert make_model(ModelName("openai", "qwen3"), own, clients)


def test_openai_needs_a_key_and_says_which(clients: HttpClients) -> None:
    with pytest.raises(SettingError, match="OPENAI_API_KEY"):
        make_model(ModelName("openai", "gpt-5"), settings(), clients)


@pytest.mark.parametrize(
    ("provider", "remedy"),
    [("cohere", "langchain-cohere"), ("unheard_of", "unheard_of")],
)
def test_a_provider_that_is_not_there_is_an_error_with_a_remedy(
    provider: str, remedy: str, clients: HttpClients
) -> None:
    with pytest.raises(SettingError, match=remedy) as raised:
        make_model(ModelName(provider, "m"), settings(), clients)
    assert "OPENAI_API_KEY" not in str(raised.value)


async def served(base_url: str) -> str:
    clients = HttpClients.open(5.0)
    try:
        return await served_model(settings(OPENAI_BASE_URL=base_url), clients)
    finally:
        await clients.aclose()


def test_a_server_is_asked_which_model_it_serves() -> None:
    with ModelServer() as server:
        assert asyncio.run(served(server.base_url)) == "scripted"


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    with pytest.raises(ModelUnavailableError, match="VIRTUAL_LAB_MODEL") as raised:
        asyncio.run(served("http://user:sesame@127.0.0.1:9/v1"))
    assert "sesame" not in str(raised.value)
    assert "127.0.0.1:9" in str(raised.value)


def test_ways_go_from_the_strictest_to_words() -> None:
    assert first_json_mode("openai", "http://127.0.0.1:1/v1") is JsonMode.BOUNDED
    assert first_json_mode("openai", "") is JsonMode.SCHEMA
    assert [way.next() for way in JsonMode] == [
        JsonMode.SCHEMA,
        JsonMode.OBJECT,
        JsonMode.WORDS,
        None,
    ]
