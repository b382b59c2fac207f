"""All settings of a process.

They come from the environment, else from ``.env`` in the working directory, else from ``.env`` in
the folder of the repository, if the package runs from a checkout.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from dotenv import dotenv_values
from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from virtual_lab.errors import SettingError
from virtual_lab.messages import fault
from virtual_lab.settings.library import LibrarySettings
from virtual_lab.settings.models import ModelSettings
from virtual_lab.settings.service import ServiceSettings
from virtual_lab.settings.sources import SourceSettings
from virtual_lab.settings.vectors import VectorSettings

PREFIX = "VIRTUAL_LAB_"


def _project_folder() -> Path | None:
    """The repository of this module; None where the package was installed from a wheel."""
    folder = Path(__file__).resolve().parents[3]
    return folder if (folder / "pyproject.toml").is_file() else None


def _env_files() -> tuple[Path, ...]:
    folders = [folder for folder in (_project_folder(), Path.cwd()) if folder]
    return tuple(dict.fromkeys(folder / ".env" for folder in folders))


# Descriptions show the fields of the last base first.
class Settings(
    VectorSettings, ModelSettings, SourceSettings, ServiceSettings, LibrarySettings, BaseSettings
):
    """The settings of one process."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,
        frozen=True,
    )

    @property
    def library_path(self) -> Path:
        """The file of the document index."""
        return self.data_dir / "library.sqlite3"

    @property
    def vectors_path(self) -> Path:
        """The file of the vectors of passages."""
        return self.data_dir / "vectors.sqlite3"

    @property
    def docs_use_path(self) -> Path:
        """The folder of empty files whose times say when a ``--docs`` path was last used."""
        return self.data_dir / "passing"

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
    def web_cache(self) -> Path | str:
        """The file, or the address of the Redis, of cached answers of providers and web pages."""
        return (_secret(self.cache_url) or "").strip() or self.data_dir / "web.sqlite3"

    @property
    def postgres_url(self) -> str | None:
        """The address of the PostgreSQL that several machines share, if one was configured."""
        scheme, _, rest = self.store_url.partition("://")
        is_postgres = scheme.partition("+")[0] in ("postgres", "postgresql")
        return f"postgresql://{rest}" if is_postgres else None


def _secret(value: SecretStr | None) -> str | None:
    """The text of a secret; None where it is unset or empty."""
    return (value.get_secret_value() or None) if value else None


def variable(field: str) -> str:
    """The environment variable of a setting."""
    alias = Settings.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else f"{PREFIX}{field.upper()}"


def read_env_files() -> dict[str, str]:
    """All variables in the .env files, also those that only the clients of models read."""
    found: dict[str, str] = {}
    for path in _env_files():
        found |= {name: value for name, value in dotenv_values(path).items() if value}
    return found


@cache
def load_settings() -> Settings:
    """The settings of this process, which are read once.

    Raises:
        SettingError: a value cannot be used; the message names each setting and why.
    """
    try:
        return Settings(_env_file=_env_files())
    except ValidationError as error:
        faults = tuple(fault(_variable_of(item["loc"]), item) for item in error.errors())
        raise SettingError("setting.faults", faults=faults) from None


def _variable_of(location: tuple[int | str, ...]) -> str:
    """The environment variable of an error, for which pydantic gives the field or its alias."""
    name = str(location[0])
    return variable(name) if name in Settings.model_fields else name
