"""The declaration of a provider: its name, its settings, its trust, and how to connect to it."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Annotated, ClassVar, NamedTuple

from pydantic import SecretStr, StringConstraints, field_validator

from virtual_lab.plugins import PROVIDERS, Declaration
from virtual_lab.settings import Settings, read_env_files, variable
from virtual_lab.sources.fulltext import FullTextReader
from virtual_lab.sources.http import Fetcher
from virtual_lab.sources.provider import Provider

_LOWEST_RANK = 1000
_RESERVED_NAMES = ("all", "none")


class Trust(NamedTuple):
    """Which provider is preferred where several describe the same work: the lowest number wins.

    The built-in providers have numbers from 10 to 50.

    Attributes:
        metadata: for title, authors and so on. Publishers come before curated catalogues, and these
            before automatic collections.
        abstract: for the abstract. Catalogues that keep its sections come first.
        open_copy: for the address of an open copy. Repositories come before publishers, whose sites
            often refuse programs.
    """

    metadata: int = _LOWEST_RANK
    abstract: int = _LOWEST_RANK
    open_copy: int = _LOWEST_RANK


class ProviderSetting(NamedTuple):
    """A setting of a provider: its environment variable, a help text, and whether it is secret.

    The value of a secret setting is never shown.
    """

    variable: str
    help: str
    is_secret: bool = False

    @property
    def value(self) -> str:
        """The value in the environment, else in ``.env``; "" where neither sets it."""
        return os.environ.get(self.variable) or read_env_files().get(self.variable, "")


@dataclass(frozen=True)
class ProviderContext:
    """What a connector is made from.

    Attributes:
        settings: the settings of the process.
        fetcher: the HTTP client of the run.
        reader: reads full texts.
        stack: closes the connections that a connector opens, at the end of the run.
    """

    settings: Settings
    fetcher: Fetcher
    reader: FullTextReader
    stack: AsyncExitStack


class ProviderDeclaration(Declaration):
    """A provider of literature or web pages.

    Attributes:
        name: its name in settings, questions and reports.
        make: makes the connector. It is called once for a run, if everything in ``needs`` is set.
        settings: the environment variables that only this provider has.
        needs: the environment variables without which it cannot be used.
        trust: its rank where several providers describe the same work.
    """

    group: ClassVar[str] = PROVIDERS

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=40)]
    make: Callable[[ProviderContext], Awaitable[Provider]]
    settings: tuple[ProviderSetting, ...] = ()
    needs: tuple[str, ...] = ()
    trust: Trust = Trust()

    @field_validator("name")
    @classmethod
    def _is_not_reserved(cls, name: str) -> str:
        if name in _RESERVED_NAMES:
            raise ValueError(f'"{name}" has a meaning of its own')
        return name

    @property
    def keys(self) -> tuple[str, ...]:
        """The name, by which the provider is found."""
        return (self.name,)

    def lacks(self, settings: Settings) -> str:
        """The first variable of ``needs`` that is not set; "" where all are set."""
        return next((name for name in self.needs if not _is_set(name, settings)), "")


def _is_set(name: str, settings: Settings) -> bool:
    """Whether a variable has a value, as a setting of the lab or in the environment."""
    field = next((field for field in Settings.model_fields if variable(field) == name), None)
    if field is None:
        return bool(ProviderSetting(name, "").value)
    return bool(plain_value(getattr(settings, field)))


def plain_value(value: SecretStr | str | None) -> str:
    """The value of a setting, also of a secret one, without spaces around it."""
    return (value.get_secret_value() if isinstance(value, SecretStr) else value or "").strip()
