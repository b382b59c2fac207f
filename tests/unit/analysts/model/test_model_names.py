from __future__ import annotations

from typing import Any

import pytest

from virtual_lab.analysts.model.model_names import (
    UNKNOWN_NAME,
    ModelName,
    is_configured,
    models_of_roles,
    parse_name,
)
from virtual_lab.analysts.model.roles import Role
from virtual_lab.errors import SettingError
from virtual_lab.settings import Settings


def settings(**values: Any) -> Settings:
    return Settings.model_validate(values)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("openai:gpt-5", ModelName("openai", "gpt-5")),
        ("gpt-5-mini", ModelName("openai", "gpt-5-mini")),
        ("anthropic:claude-sonnet-4-5", ModelName("anthropic", "claude-sonnet-4-5")),
        ("claude-haiku-4-5", ModelName("anthropic", "claude-haiku-4-5")),
        ("google:gemini-2.5-pro", ModelName("google_genai", "gemini-2.5-pro")),
        ("ollama:qwen3:8b", ModelName("ollama", "qwen3:8b")),
    ],
)
def test_a_model_string_names_its_provider(text: str, name: ModelName) -> None:
    assert parse_name(text, settings()) == name


def test_a_name_without_provider_is_of_the_server_that_is_set() -> None:
    own = settings(OPENAI_BASE_URL="http://127.0.0.1:8000/v1")
    assert parse_name("qwen3:8b", own) == ModelName("openai", "qwen3:8b")
    assert parse_name("meta-llama/Llama-3", own) == ModelName("openai", "meta-llama/Llama-3")


def test_a_name_that_tells_nothing_is_an_error_that_says_what_to_write() -> None:
    with pytest.raises(SettingError, match="ollama:qwen3"):
        parse_name("qwen3", settings())


@pytest.mark.parametrize(
    ("values", "asked", "configured"),
    [
        ({}, "", False),
        ({"GPT_MODEL": "gpt-4o"}, "", False),
        ({"OPENAI_API_KEY": "k"}, "", True),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}, "", True),
        ({"model": "ollama:qwen3"}, "", True),
        ({"model": "none", "OPENAI_API_KEY": "k"}, "", False),
        ({"OPENAI_API_KEY": "k"}, "none", False),
        ({"model": "none"}, "ollama:qwen3", True),
    ],
)
def test_a_model_is_used_where_one_is_configured(
    values: dict[str, str], asked: str, configured: bool
) -> None:
    assert is_configured(settings(**values), asked) is configured


def test_each_role_may_have_its_own_model() -> None:
    roles = models_of_roles(settings(model="openai:gpt-5", model_critique="ollama:qwen3"))
    assert roles[Role.CRITIQUE] == ModelName("ollama", "qwen3")
    assert {roles[role] for role in Role if role is not Role.CRITIQUE} == {
        ModelName("openai", "gpt-5")
    }


def test_the_questions_model_goes_before_all_settings() -> None:
    own = settings(model="openai:gpt-5", model_critique="ollama:qwen3")
    assert set(models_of_roles(own, "ollama:phi4").values()) == {ModelName("ollama", "phi4")}


def test_the_settings_of_the_first_design_still_work() -> None:
    first = settings(
        OPENAI_API_KEY="k", GPT_MODEL="gpt-4o", LLM_TEMPERATURE="0.2", LLM_MAX_TOKENS=900
    )
    assert models_of_roles(first)[Role.PLAN] == ModelName("openai", "gpt-4o")
    assert (first.temperature, first.answer_tokens) == (0.2, 900)


def test_an_address_alone_leaves_the_name_to_its_server() -> None:
    own = settings(OPENAI_BASE_URL="http://127.0.0.1:8000/v1")
    assert models_of_roles(own)[Role.PLAN] == ModelName("openai", UNKNOWN_NAME)
    assert models_of_roles(settings(OPENAI_API_KEY="k"))[Role.PLAN].provider == "openai"
