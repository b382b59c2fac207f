"""The lines that the lab says while it works; the words are those of the catalogue "lab"."""

from __future__ import annotations

from typing import Any

from virtual_lab import messages
from virtual_lab.domain import Language


def say(key: str, language: Language, **values: Any) -> str:
    """The line ``key`` in ``language`` with its values filled in."""
    return messages.say(f"lab.{key}", language, **values)
