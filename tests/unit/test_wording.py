"""The tables of wording: both languages, the same blanks, and every key both there and used."""

from __future__ import annotations

import ast
import importlib
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import virtual_lab
from virtual_lab.domain import Budget, Disagreement, Mode
from virtual_lab.report.wording import say

PACKAGE = Path(virtual_lab.__file__).parent
TABLES = [
    path for path in sorted(PACKAGE.rglob("wording.py")) if "_TEXT" in path.read_text("utf-8")
]
KINDS = get_args(Disagreement.model_fields["kind"].annotation)
SPOKEN_VALUES = {*KINDS, *Budget.model_fields}  # these are keys by themselves
HANGUL = re.compile(r"[가-힣]")
LETTER = re.compile(r"[A-Za-z]")
BLANK = re.compile(r"\{\w+\}")
IN_TEMPLATE = re.compile(r"""\bsay\(\s*['"](\w+)['"](\s*~)?""")  # with "~" the key goes on


def module_of(path: Path) -> str:
    return ".".join(("virtual_lab", *path.relative_to(PACKAGE).with_suffix("").parts))


def table(path: Path) -> dict[str, dict[str, str]]:
    texts: dict[str, dict[str, str]] = importlib.import_module(module_of(path))._TEXT
    return texts


each_table = pytest.mark.parametrize("path", TABLES, ids=module_of)


@each_table
def test_every_line_is_there_in_both_languages(path: Path) -> None:
    for key, texts in table(path).items():
        assert set(texts) == {"en", "ko"}, key
        assert texts["en"].strip(), key
        assert not HANGUL.search(texts["en"]), key
        if LETTER.search(BLANK.sub("", texts["ko"])):
            assert HANGUL.search(texts["ko"]), key


@each_table
def test_both_languages_have_the_same_blanks(path: Path) -> None:
    for key, texts in table(path).items():
        assert blanks(texts["ko"]) == blanks(texts["en"]), key


@each_table
def test_every_line_is_used(path: Path) -> None:
    room = PACKAGE / path.relative_to(PACKAGE).parts[0]
    words, beginnings = spoken(room)
    unused = [
        key for key in table(path) if key not in words and not key.startswith(tuple(beginnings))
    ]
    assert not unused


@each_table
def test_every_line_that_is_asked_for_is_there(path: Path) -> None:
    asked = dict(asked_for(path))
    assert asked
    assert not {key: where for key, where in asked.items() if key not in table(path)}


def test_every_kind_of_disagreement_and_mode_has_its_line() -> None:
    modes = [f"{name}_{mode}" for name in ("brief", "method") for mode in get_args(Mode)]
    for key in (*KINDS, *modes):
        assert say(key, "en", about="dose")
        assert say(key, "ko", about="용량")


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def modules(room: Path) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(room.rglob("*.py")):
        if path.name != "wording.py" and path.parent.name != "words":
            yield path, ast.parse(path.read_text("utf-8"))


def spoken(room: Path) -> tuple[set[str], set[str]]:
    """The strings of a room, whole ones and beginnings that are filled up when it runs."""
    words, beginnings = set(SPOKEN_VALUES), set()
    for _, tree in modules(room):
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.add(node.value)
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                beginning = str(node.values[0].value)
                if re.fullmatch(r"[a-z]+_", beginning):
                    beginnings.add(beginning)
    for key, goes_on in in_templates(room):
        (beginnings if goes_on else words).add(key)
    return words, beginnings


def asked_for(wording: Path) -> Iterator[tuple[str, str]]:
    """Each key that a call of ``say`` names outright, and the module that names it."""
    for path, tree in modules(PACKAGE):
        imported = any(
            isinstance(node, ast.ImportFrom) and node.module == module_of(wording)
            for node in ast.walk(tree)
        )
        if not imported:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
                if name in ("say", "_say"):
                    yield str(node.args[0].value), module_of(path)
    for key, goes_on in in_templates(wording.parent):
        if not goes_on:
            yield key, "a template"


def in_templates(room: Path) -> Iterator[tuple[str, bool]]:
    """The keys that templates name, and whether each is only the beginning of one."""
    for template in sorted({*room.rglob("*.j2"), *room.rglob("*.html")}):
        for key, more in IN_TEMPLATE.findall(template.read_text("utf-8")):
            yield key, bool(more)
