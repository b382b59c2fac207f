"""Every setting, its default and one line of help.

Settings come from the environment, else from ``.env`` in the project folder (the folder of
this repository where the package runs from a checkout) or in the working directory.
"""

from __future__ import annotations

from base64 import b64decode
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import platformdirs
from dotenv import dotenv_values
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from virtual_lab.domain import DEFAULT_ROUNDS, MAX_ROUNDS
from virtual_lab.errors import SettingError

PREFIX = "VIRTUAL_LAB_"


def _project_folder() -> Path | None:
    """The repository that this module runs from, or None where it runs from a wheel."""
    folder = Path(__file__).resolve().parents[2]
    return folder if (folder / "pyproject.toml").is_file() else None


def _env_files() -> tuple[Path, ...]:
    folders = [folder for folder in (_project_folder(), Path.cwd()) if folder]
    return tuple(dict.fromkeys(folder / ".env" for folder in folders))


def _none_for_no_limit(value: object) -> object:
    """None for 0 and "none": an empty variable counts as unset, so no limit needs a word."""
    return None if str(value).strip().lower() in ("0", "0.0", "none") else value


_OR_NONE = BeforeValidator(_none_for_no_limit)


class Settings(BaseSettings):
    """The settings of one process."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    data_dir: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("virtual-lab", appauthor=False),
        description="Folder of the library and of everything else that is kept.",
    )
    collection: str = Field(
        "default", description="Collection that documents are added to where none is named."
    )
    language: Literal["auto", "ko", "en"] = Field(
        "auto", description="Language of reports; auto takes the question's."
    )
    rounds: int = Field(
        DEFAULT_ROUNDS, ge=1, le=MAX_ROUNDS, description="Most rounds of analysis and critique."
    )
    glossary: Path | None = Field(
        None, description="A CSV file of your own terms (ko,en,field), added to the built-in ones."
    )
    max_document_mb: int = Field(
        100, ge=1, description="Largest document that is read, in megabytes."
    )
    read_timeout_s: float = Field(
        30.0, gt=0, description="Longest time that reading one document may take, in seconds."
    )
    max_upload_mb: int = Field(
        200, ge=1, description="Largest upload to the API, all files together, in megabytes."
    )
    redis_url: SecretStr | None = Field(
        None,
        validation_alias="REDIS_URL",
        description="Address of Redis or Valkey; where unset, one is started in the data folder.",
    )
    database_url: SecretStr | None = Field(
        None,
        validation_alias="DATABASE_URL",
        description="Address of the database of runs; where unset, a file in the data folder.",
    )
    max_pending: int = Field(
        10_000, ge=1, description="Most runs that may wait for a worker; one more is refused (429)."
    )
    api_key: SecretStr | None = Field(None, description="API key that the Python client shows.")
    key_calls_per_minute: int = Field(
        600, ge=0, description="Most calls with one API key in a minute; 0 for any number."
    )
    key_max_pending: int = Field(
        1000, ge=1, description="Most runs of one API key that may wait; one more is refused (429)."
    )
    session_hours: float = Field(
        168.0, gt=0, description="How long a browser stays signed in, in hours."
    )
    session_secret: SecretStr | None = Field(
        None, min_length=32, description="Signs sessions; where unset, a file of the data folder."
    )
    cors_origins: str = Field(
        "", description="Origins whose pages may call the API with a key, with commas between."
    )
    webhook_secret: SecretStr | None = Field(
        None,
        description='Signs webhooks: "whsec_" and 24 to 64 random bytes in base64; without one,'
        " there are none.",
    )
    webhook_loopback: bool = Field(
        False, description="Let webhooks lead to this machine, for development and tests."
    )
    keep_events_days: Annotated[float | None, _OR_NONE] = Field(
        30, ge=0, description="How long the log of a run is kept after its end, in days; 0: always."
    )
    keep_events: Annotated[int | None, _OR_NONE] = Field(
        1_000_000, ge=0, description="Most lines in all logs; the oldest go first. 0: no limit."
    )
    keep_calls_days: Annotated[float | None, _OR_NONE] = Field(
        90, ge=0, description="How long the model calls of a run are kept, in days; 0: always."
    )
    keep_calls: Annotated[int | None, _OR_NONE] = Field(
        100_000, ge=0, description="Most model calls that are kept; 0: no limit."
    )
    keep_checkpoints_days: Annotated[float | None, _OR_NONE] = Field(
        14, ge=0, description="How long a run can go on where it failed, in days; 0: always."
    )
    keep_runs_days: Annotated[float | None, _OR_NONE] = Field(
        90, ge=0, description="How long a run without a report is kept, in days; 0: always."
    )
    keep_runs: Annotated[int | None, _OR_NONE] = Field(
        100_000, ge=0, description="Most runs without a report that are kept; 0: no limit."
    )
    keep_reports_days: Annotated[float | None, _OR_NONE] = Field(
        None, ge=0, description="How long a report is kept, in days; 0: until it is deleted."
    )
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
    cache_hours: float = Field(
        24.0, ge=0, description="How long an answer is kept that does not say so itself, in hours."
    )
    citations: Literal["numbered", "author-year"] = Field(
        "numbered", description="How a report points to its references."
    )
    lease_s: float = Field(
        60.0,
        ge=1,
        description="How long a worker may be silent until another one takes its run, in seconds.",
    )
    drain_s: float = Field(
        20.0,
        ge=0,
        description="How long a run may go on in a worker that shuts down, in seconds.",
    )
    log_format: Literal["auto", "console", "json"] = Field(
        "auto", description="Form of the log; auto takes console on a terminal, else json."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least important lines that are logged."
    )

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
        False, description="Refuse every model that is not served on this machine."
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
    max_tokens: Annotated[int | None, _OR_NONE] = Field(
        500_000,
        ge=1,
        description="Most tokens, of prompts and answers together, in one run; 0 for no limit.",
    )
    max_cost: Annotated[float | None, _OR_NONE] = Field(
        None,
        gt=0,
        description="Most US dollars in one run, where the price is known; 0 for no limit.",
    )
    max_minutes: Annotated[float | None, _OR_NONE] = Field(
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

    @field_validator("webhook_secret")
    @classmethod
    def _long_enough(cls, secret: SecretStr | None) -> SecretStr | None:
        try:
            if secret is None or 24 <= len(_bytes_of(secret)) <= 64:
                return secret
        except ValueError:
            pass
        raise ValueError('it is not "whsec_" and 24 to 64 bytes in base64')

    @property
    def library_path(self) -> Path:
        """The file of the document index."""
        return self.data_dir / "library.sqlite3"

    @property
    def checkpoints_path(self) -> Path:
        """The file of the checkpoints of runs on this machine."""
        return self.data_dir / "checkpoints.sqlite3"

    @property
    def broker_url(self) -> str | None:
        """The address of the message broker that was configured, if any."""
        return _secret(self.redis_url)

    @property
    def store_url(self) -> str:
        """The address of the database of runs."""
        return _secret(self.database_url) or f"sqlite:///{self.data_dir / 'runs.sqlite3'}"

    @property
    def postgres_url(self) -> str | None:
        """The address of the PostgreSQL that several machines share, if one was configured."""
        scheme, _, rest = self.store_url.partition("://")
        is_postgres = scheme.partition("+")[0] in ("postgres", "postgresql")
        return f"postgresql://{rest}" if is_postgres else None


def _bytes_of(secret: SecretStr) -> bytes:
    return b64decode(secret.get_secret_value().removeprefix("whsec_"), validate=True)


def _secret(value: SecretStr | None) -> str | None:
    """The words of a secret; None where it is unset or empty."""
    return (value.get_secret_value() or None) if value else None


class Description(NamedTuple):
    """A setting for a reader: the variable that sets it, its value, and what it is for."""

    name: str
    value: str
    default: str
    help: str


def variable(field: str) -> str:
    """The environment variable of a setting."""
    alias = Settings.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else f"{PREFIX}{field.upper()}"


def describe(settings: Settings) -> list[Description]:
    """All settings in the order of this file; the value of a secret is not in it."""
    return [
        Description(
            variable(name),
            _shown(getattr(settings, name)),
            _default(field),
            field.description or "",
        )
        for name, field in Settings.model_fields.items()
    ]


def _shown(value: object) -> str:
    if isinstance(value, SecretStr):
        return "********" if value.get_secret_value() else ""
    return "" if value is None else str(value)


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "(by platform)"
    return _shown(field.default)


def read_env_files() -> dict[str, str]:
    """All that the .env files set; the providers of models read variables of their own."""
    found: dict[str, str] = {}
    for path in _env_files():
        found |= {name: value for name, value in dotenv_values(path).items() if value}
    return found


@cache
def load_settings() -> Settings:
    """Read the settings once for the process.

    Raises:
        SettingError: a value cannot be used; the message names each setting and why.
    """
    try:
        return Settings(_env_file=_env_files())
    except ValidationError as error:
        problems = "; ".join(
            f"{_variable_of(item['loc'])}: {item['msg']}" for item in error.errors()
        )
        raise SettingError(problems) from None


def _variable_of(location: tuple[int | str, ...]) -> str:
    """The variable that an error speaks of; pydantic names a field, or its alias."""
    name = str(location[0])
    return variable(name) if name in Settings.model_fields else name
