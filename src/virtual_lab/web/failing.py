"""What is said of an error: its name in the language of the page, its detail, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeVar

from virtual_lab.domain import Language
from virtual_lab.errors import VirtualLabError, restore
from virtual_lab.web.detailing import in_language
from virtual_lab.web.words.errors import KOREAN, REMEDIES

Said = TypeVar("Said")


class Explained(NamedTuple):
    """An error in words; ``detail`` is what and where, "" where the program does not say it."""

    title: str
    detail: str
    remedy: str


def explain(error: VirtualLabError, language: Language) -> Explained:
    """An error in the language of a page."""
    title = error.title if language == "en" else _of(KOREAN, error)
    detail = in_language(error.detail, language)
    return Explained(title, detail, _of(REMEDIES, error)[language])


def explain_stored(kind: str, message: str, language: Language) -> Explained:
    """The same for an error that was written down as the name of its class and its message."""
    return explain(restore(kind, message), language)


def line(error: VirtualLabError, language: Language) -> str:
    """An error in one line."""
    title, detail, _ = explain(error, language)
    return f"{title}: {detail}" if detail else title


def _of(table: Mapping[str, Said], error: VirtualLabError) -> Said:
    """What is there for the class of an error, else for the nearest above it."""
    return next(table[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in table)
