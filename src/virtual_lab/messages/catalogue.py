"""The catalogues: each message by its code, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from babel.messages.pofile import read_po

Language = Literal["ko", "en"]
"""The languages that the program speaks, and in which reports are written."""

_CODE = re.compile(r"[a-z_]{1,30}\.\w{1,60}", re.ASCII)


def say(code: str, language: Language, /, **values: Any) -> str:
    """The text of a message.

    Args:
        code: its area, a full stop and its name, as "lab.started".
        language: to say it in.
        values: of the blanks in its text.

    Raises:
        KeyError: there is no such message, or a blank has no value.
    """
    text = _texts(language, code.partition(".")[0])[code]
    return text.format_map(values) if values else text


def has(code: str) -> bool:
    """Whether there is a message of this code; any text may be asked about."""
    return bool(_CODE.fullmatch(code)) and code in _codes_of(code.partition(".")[0])


def codes(area: str) -> frozenset[str]:
    """The codes of an area."""
    return frozenset(_texts("en", area))


def preload(areas: Iterable[str]) -> None:
    """Read the catalogues of some areas, which are otherwise read when they are first needed."""
    for area in areas:
        for language in get_args(Language):
            _texts(language, area)


@cache
def _codes_of(area: str) -> frozenset[str]:
    """The codes of an area; none where there is no such area."""
    is_there = (files("virtual_lab.messages") / "en" / f"{area}.po").is_file()
    return codes(area) if is_there else frozenset()


@cache
def _texts(language: Language, area: str) -> Mapping[str, str]:
    """The texts of an area by code.

    Babel reads the files as translators edit them, so that nothing has to be compiled.
    """
    catalogue = files("virtual_lab.messages") / language / f"{area}.po"
    with catalogue.open("rb") as file:
        entries = read_po(file, abort_invalid=True)
    return {str(entry.id): str(entry.string) for entry in entries if entry.id}
