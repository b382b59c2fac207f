"""The providers of literature that the pages offer for a search."""

from __future__ import annotations

from typing import NamedTuple

from virtual_lab.domain import Language
from virtual_lab.settings import Settings
from virtual_lab.sources.registry import providers


class ProviderChoice(NamedTuple):
    """A provider that a user can choose.

    Attributes:
        lacks: the setting that the provider needs and that is not set; "" where none is missing.
        is_default: whether runs search it by default.
    """

    id: str
    name: str
    lacks: str
    is_default: bool


def offered(settings: Settings, language: Language) -> list[ProviderChoice]:
    """All providers, with their names in a language."""
    named = settings.sources.replace(" ", "").lower().split(",")
    choices = []
    for provider in providers():
        lacks = provider.lacks(settings)
        default = not lacks and ("all" in named or provider.name in named)
        label = provider.label.text(language)
        choices.append(ProviderChoice(provider.name, label, lacks, default))
    return choices
