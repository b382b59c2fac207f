"""The names of the models that play the roles, from the settings and the question."""

from __future__ import annotations

from typing import NamedTuple

from virtual_lab.analysts.model.roles import Role
from virtual_lab.errors import SettingError
from virtual_lab.settings import Settings

NONE = "none"
DEFAULT_OPENAI_MODEL = "gpt-5-mini"
UNKNOWN_NAME = ""
"""The name of a model that must be requested from its server."""

# The names of providers in LangChain.
_PROVIDERS = frozenset(
    [
        *("anthropic", "azure_ai", "azure_openai", "bedrock", "bedrock_converse", "cohere"),
        *("deepseek", "fireworks", "google_genai", "google_vertexai", "groq", "huggingface"),
        *("ibm", "litellm", "mistralai", "nvidia", "ollama", "openai", "openrouter"),
        *("perplexity", "together", "upstage", "xai"),
    ]
)
_ALIASES = {"google": "google_genai", "gemini": "google_genai", "claude": "anthropic"}
_PROVIDER_BY_PREFIX = {
    "gpt-": "openai",
    "o1": "openai",
    "o3": "openai",
    "o4": "openai",
    "chatgpt": "openai",
    "claude": "anthropic",
    "gemini": "google_genai",
    "command": "cohere",
    "mistral": "mistralai",
    "deepseek": "deepseek",
    "grok": "xai",
}


class ModelName(NamedTuple):
    """A provider of LangChain, and the name of a model there."""

    provider: str
    name: str

    def __str__(self) -> str:
        return f"{self.provider}:{self.name}"


def parse_name(text: str, settings: Settings) -> ModelName:
    """The provider and name in a model string such as "openai:gpt-5" or "gpt-5".

    Without a provider in it, that is the server at OPENAI_BASE_URL, or else the maker of models
    whose names begin so.

    Raises:
        SettingError: the provider is not known.
    """
    prefix, colon, rest = text.partition(":")
    provider = _ALIASES.get(prefix, prefix)
    if colon and rest and provider in _PROVIDERS:
        return ModelName(provider, rest)
    if settings.openai_base_url:
        return ModelName("openai", text)
    for start, known in _PROVIDER_BY_PREFIX.items():
        if text.startswith(start):
            return ModelName(known, text)
    raise SettingError("setting.model_without_provider", name=text)


def is_configured(settings: Settings, wanted: str = "") -> bool:
    """Whether a model is used: the question or a setting names one, or OpenAI is configured."""
    named = wanted or settings.model
    if named == NONE:
        return False
    return bool(named or settings.openai_base_url or settings.openai_api_key)


def models_of_roles(settings: Settings, wanted: str = "") -> dict[Role, ModelName]:
    """The model of each role; see ``UNKNOWN_NAME``.

    Args:
        settings: name a model for all roles or for each.
        wanted: the model string of the question, which replaces the settings for all roles.
    """
    common = wanted or settings.model or settings.gpt_model
    if common:
        default = parse_name(common, settings)
    elif settings.openai_base_url:
        default = ModelName("openai", UNKNOWN_NAME)
    else:
        default = ModelName("openai", DEFAULT_OPENAI_MODEL)
    named = {
        Role.PLAN: settings.model_plan,
        Role.ANALYSE: settings.model_analyse,
        Role.CRITIQUE: settings.model_critique,
        Role.SUMMARISE: settings.model_summarise,
        Role.SYNTHESISE: settings.model_synthesise,
    }
    return {
        role: parse_name(text, settings) if text and not wanted else default
        for role, text in named.items()
    }
