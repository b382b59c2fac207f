"""Which model plays which role, from the settings and the question; nothing is loaded for it."""

from __future__ import annotations

from typing import NamedTuple

from virtual_lab.analysts.model.roles import Role
from virtual_lab.errors import SettingError
from virtual_lab.settings import Settings

NONE = "none"
DEFAULT_OPENAI_MODEL = "gpt-5-mini"
SERVED = ""
"""The name of a model that its server is asked for."""

# The names that LangChain knows its providers by.
_PROVIDERS = frozenset(
    [
        *("anthropic", "azure_ai", "azure_openai", "bedrock", "bedrock_converse", "cohere"),
        *("deepseek", "fireworks", "google_genai", "google_vertexai", "groq", "huggingface"),
        *("ibm", "litellm", "mistralai", "nvidia", "ollama", "openai", "openrouter"),
        *("perplexity", "together", "upstage", "xai"),
    ]
)
_ALIASES = {"google": "google_genai", "gemini": "google_genai", "claude": "anthropic"}
_BY_BEGINNING = {
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
    """A provider of LangChain and the name that it knows the model by."""

    provider: str
    name: str

    def __str__(self) -> str:
        return f"{self.provider}:{self.name}"


def parse_name(text: str, settings: Settings) -> ModelName:
    """A model string; without a provider it is of OPENAI_BASE_URL, else told by its beginning.

    Raises:
        SettingError: no provider can be told.
    """
    prefix, colon, rest = text.partition(":")
    provider = _ALIASES.get(prefix, prefix)
    if colon and rest and provider in _PROVIDERS:
        return ModelName(provider, rest)
    if settings.openai_base_url:
        return ModelName("openai", text)
    for beginning, known in _BY_BEGINNING.items():
        if text.startswith(beginning):
            return ModelName(known, text)
    raise SettingError("setting.model_without_provider", name=text)


def is_configured(settings: Settings, asked: str = "") -> bool:
    """Whether a model is to be used: one is named, or OpenAI's settings are there."""
    named = asked or settings.model
    if named == NONE:
        return False
    return bool(named or settings.openai_base_url or settings.openai_api_key)


def models_of_roles(settings: Settings, asked: str = "") -> dict[Role, ModelName]:
    """The model of each role; the name ``SERVED`` is to be asked of OPENAI_BASE_URL.

    Args:
        asked: the model string of the question, which goes before the settings for all roles.
    """
    common = asked or settings.model or settings.gpt_model
    if common:
        default = parse_name(common, settings)
    elif settings.openai_base_url:
        default = ModelName("openai", SERVED)
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
        role: parse_name(text, settings) if text and not asked else default
        for role, text in named.items()
    }
