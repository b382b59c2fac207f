"""The words of the pages, in both languages."""

from __future__ import annotations

from typing import Any

from virtual_lab.domain import Language
from virtual_lab.web.words import asking, frame, library, login, report, run, system

_TEXT: dict[str, dict[Language, str]] = {
    **frame.TEXT,
    **asking.TEXT,
    **run.TEXT,
    **report.TEXT,
    **library.TEXT,
    **login.TEXT,
    **system.TEXT,
}


def say(key: str, language: Language, **values: Any) -> str:
    """The text ``key`` in ``language`` with its values filled in."""
    return _TEXT[key][language].format(**values)
