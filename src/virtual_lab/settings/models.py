"""The settings of language models: their names, budgets, prices and rate limits."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field, SecretStr

from virtual_lab.settings.limits import OR_NONE


class ModelSettings(BaseModel):
    """The models of the roles, and what they may cost."""

    model: str = Field(
        "",
        description='Language model, as "openai:gpt-5", "anthropic:claude-sonnet-4-5" or'
        ' "ollama:qwen3"; "none" for none. Empty takes GPT_MODEL, or what OPENAI_BASE_URL serves.',
    )
    model_plan: str = Field("", description="Model that plans the team; empty takes the model.")
    model_analyse: str = Field("", description="Model of the specialists; empty takes the model.")
    model_critique: str = Field("", description="Model of the critic; empty takes the model.")
    model_summarise: str = Field("", description="Model of the summary; empty takes the model.")
    model_synthesise: str = Field("", description="Model of the report; empty takes the model.")
    gpt_model: str = Field(
        "", validation_alias="GPT_MODEL", description="OpenAI model where no other is named."
    )
    temperature: float | None = Field(
        None,
        ge=0,
        le=2,
        validation_alias="LLM_TEMPERATURE",
        description="Sampling temperature; empty takes the provider's.",
    )
    answer_tokens: int = Field(
        8192,
        ge=64,
        validation_alias="LLM_MAX_TOKENS",
        description="Longest answer of one model call, in tokens.",
    )
    openai_api_key: SecretStr | None = Field(
        None,
        validation_alias="OPENAI_API_KEY",
        description="Key for OpenAI or a compatible server; with nothing else set it is enough.",
    )
    openai_base_url: str = Field(
        "",
        validation_alias="OPENAI_BASE_URL",
        description="Address of an OpenAI-compatible server (vLLM, Ollama, llama.cpp, LM Studio).",
    )
    only_local_models: bool = Field(
        False,
        description="Refuse every model that is not served on this machine; no request goes through"
        " a proxy, and no trace to LangSmith.",
    )
    prompts: Path | None = Field(
        None, description="Folder with prompt files of your own, used instead of the built-in ones."
    )
    passages: int = Field(
        12, ge=2, le=40, description="Passages that a specialist reads in one model call."
    )
    findings: int = Field(
        6, ge=1, le=12, description="Findings that a specialist hands in with one model call."
    )
    max_tokens: Annotated[int | None, OR_NONE] = Field(
        500_000,
        ge=1,
        description="Most tokens, of prompts and answers together, in one run; 0 for no limit.",
    )
    max_cost: Annotated[float | None, OR_NONE] = Field(
        None,
        gt=0,
        description="Most US dollars in one run, where the price is known; 0 for no limit.",
    )
    max_minutes: Annotated[float | None, OR_NONE] = Field(
        55, gt=0, description="Longest time of one run, in minutes; 0 for no limit."
    )
    price_prompt: float | None = Field(
        None, ge=0, description="US dollars per million prompt tokens, before the built-in list."
    )
    price_answer: float | None = Field(
        None, ge=0, description="US dollars per million answer tokens, before the built-in list."
    )
    requests_per_minute: int | None = Field(
        None, ge=1, description="Most calls of one model in a minute, over all workers."
    )
    tokens_per_minute: int | None = Field(
        None, ge=1, description="Most tokens of one model in a minute, over all workers."
    )
    concurrent_calls: int = Field(
        16, ge=1, description="Most calls of one model at a time, over all workers."
    )
    call_idle_s: float = Field(
        120, gt=0, description="Longest silence of a model within a call, in seconds."
    )
    call_total_s: float = Field(
        300, gt=0, description="Longest time of one attempt at a model call, in seconds."
    )
    call_attempts: int = Field(
        5, ge=1, le=20, description="Most attempts at a model call whose server is busy or fails."
    )
    call_backoff_s: float = Field(
        1.0, gt=0, description="Pause before the second attempt, in seconds; later ones are longer."
    )
