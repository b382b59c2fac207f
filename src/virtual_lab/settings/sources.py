"""The settings of the online search: providers, source policy, fetching, cache."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, Field, SecretStr, field_validator

from virtual_lab.settings.addresses import redis_address


class SourceSettings(BaseModel):
    """The providers to search, and the rules for their sources."""

    tavily_api_key: SecretStr | None = Field(
        None, validation_alias="TAVILY_API_KEY", description="Key of the Tavily search API."
    )
    searxng_url: str = Field(
        "", validation_alias="SEARXNG_URL", description="Address of a SearXNG to search the web."
    )
    openalex_api_key: SecretStr | None = Field(
        None, validation_alias="OPENALEX_API_KEY", description="Key of OpenAlex; optional, free."
    )
    semantic_scholar_api_key: SecretStr | None = Field(
        None,
        validation_alias="SEMANTIC_SCHOLAR_API_KEY",
        description="Key of Semantic Scholar; optional.",
    )
    sources: str = Field(
        "none",
        description="Providers that are searched, with commas between; all takes those that are"
        " configured, none keeps to the library.",
    )
    contact_email: str = Field(
        "", description="Address that providers may write to; some serve better who gives one."
    )
    source_policy: Path | None = Field(
        None, description="A TOML file of dates, languages and domains that are let in."
    )
    source_timeout_s: float = Field(
        15.0, gt=0, description="Longest time that one provider may take for a search, in seconds."
    )
    full_texts: int = Field(
        5, ge=0, description="Open full texts that are fetched for a search, at the most."
    )
    cache_url: SecretStr | None = Field(
        None,
        description="Address of a Redis or Valkey that keeps answers for several machines; where"
        " unset, they are kept in a file in the data folder.",
    )
    cache_hours: float = Field(
        24.0, ge=0, description="How long an answer is kept that does not say so itself, in hours."
    )

    @field_validator("cache_url")
    @classmethod
    def _cache_address(cls, value: SecretStr | None) -> SecretStr | None:
        return redis_address(value)
