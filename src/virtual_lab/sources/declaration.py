"""What a provider declares: its name, what it needs, how far it is trusted, and what makes it."""

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

_LAST = 1000
_RESERVED = ("all", "none")


class Trust(NamedTuple):
    """Whose word counts where several providers know one work: the lowest number's first.

    The built-in providers have the numbers from 10 to 50. ``metadata`` ranks what is said of the
    work: publishers come first, then curated catalogues, then what machines gathered.
    ``abstract`` ranks the text of the abstract, where a catalogue that keeps its sections comes
    first, and ``open_copy`` the address of an open copy: repositories let programs in, publishers'
    sites often do not.
    """

    metadata: int = _LAST
    abstract: int = _LAST
    open_copy: int = _LAST


class ProviderSetting(NamedTuple):
    """A setting of a provider: the environment variable that sets it, and what it is for.

    A secret is never shown.
    """

    variable: str
    help: str
    is_secret: bool = False

    @property
    def value(self) -> str:
        """What the environment sets it to, else ``.env``; "" where neither does."""
        return os.environ.get(self.variable) or read_env_files().get(self.variable, "")


@dataclass(frozen=True)
class ProviderContext:
    """What connectors are made with; ``stack`` closes what is opened for them."""

    settings: Settings
    fetcher: Fetcher
    reader: FullTextReader
    stack: AsyncExitStack


class ProviderDeclaration(Declaration):
    """One provider of literature, and what makes its connector.

    ``name`` is what it is called in settings, questions and reports. ``settings`` are variables of
    its own, and ``needs`` those variables, its own or the lab's, without which it cannot be asked.
    ``make`` is called once for a run, where all of them are set.
    """

    group: ClassVar[str] = PROVIDERS

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=40)]
    make: Callable[[ProviderContext], Awaitable[Provider]]
    settings: tuple[ProviderSetting, ...] = ()
    needs: tuple[str, ...] = ()
    trust: Trust = Trust()

    @field_validator("name")
    @classmethod
    def _free(cls, name: str) -> str:
        if name in _RESERVED:
            raise ValueError(f'"{name}" has a meaning of its own')
        return name

    @property
    def keys(self) -> tuple[str, ...]:
        """Its name."""
        return (self.name,)

    def lacks(self, settings: Settings) -> str:
        """The first variable that it needs and that is not set; "" where nothing is missing."""
        return next((name for name in self.needs if not _is_set(name, settings)), "")


def _is_set(name: str, settings: Settings) -> bool:
    """Whether a variable has a value: by the settings of the lab, else by the environment."""
    field = next((field for field in Settings.model_fields if variable(field) == name), None)
    if field is None:
        return bool(ProviderSetting(name, "").value)
    return bool(revealed(getattr(settings, field)))


def revealed(value: SecretStr | str | None) -> str:
    """The words of a setting, also of a secret one, without spaces around them."""
    return (value.get_secret_value() if isinstance(value, SecretStr) else value or "").strip()
