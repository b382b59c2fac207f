"""Every message of the catalogues is said somewhere, and every message that is said is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

import virtual_lab
from virtual_lab.domain import Budget, Disagreement, Mode
from virtual_lab.messages import codes, say

PACKAGE = Path(virtual_lab.__file__).parent
AREAS = sorted(path.stem for path in (PACKAGE / "messages" / "en").glob("*.po"))
CODE = re.compile(rf"({'|'.join(AREAS)})\.\w+")
BEGINNING = re.compile(rf"({'|'.join(AREAS)})\.\w*")
IN_TEMPLATE = re.compile(r"""\bsay\(\s*['"](\w+)['"](\s*~)?""")  # with "~" the name goes on
KINDS = get_args(Disagreement.model_fields["kind"].annotation)
SHORT = {"report": PACKAGE / "report", "pages": PACKAGE / "web"}
"""The rooms that say messages of one area by their names alone, in templates above all."""
OF_CLASSES = ("error_names", "remedies")
"""The areas whose messages are named by classes of errors; the pages' tests check those."""

each_area = pytest.mark.parametrize("area", [area for area in AREAS if area not in OF_CLASSES])


@each_area
def test_every_message_is_said(area: str) -> None:
    said = {code for code in strings() if CODE.fullmatch(code)}
    beginnings = {text for text in begun() if BEGINNING.fullmatch(text) and text[-1] != "."}
    if f"{area}." in begun():  # names alone are said, which are put behind the area
        said |= {f"{area}.{name}" for name in (*strings(SHORT.get(area, PACKAGE)), *KINDS)}
        said |= {f"{area}.{name}" for name in Budget.model_fields}
    for name, goes_on in in_templates(area):
        (beginnings if goes_on else said).add(f"{area}.{name}")
    beginnings |= {f"{area}.{text}" for text in begun(SHORT.get(area)) if text.endswith("_")}
    unsaid = [c for c in codes(area) if c not in said and not c.startswith(tuple(beginnings))]
    assert not unsaid


def test_every_message_that_is_said_is_there() -> None:
    said = {code for code in asked_for() if CODE.fullmatch(code)}
    assert said
    assert not {code for code in said if code not in codes(code.partition(".")[0])}


@pytest.mark.parametrize("area", SHORT)
def test_every_message_that_a_template_says_is_there(area: str) -> None:
    said = list(in_templates(area))
    assert said
    for name, goes_on in said:
        code = f"{area}.{name}"
        assert any(known.startswith(code) if goes_on else known == code for known in codes(area))


def test_every_kind_of_disagreement_and_mode_has_its_message() -> None:
    modes = [f"{name}_{mode}" for name in ("brief", "method") for mode in get_args(Mode)]
    for name in (*KINDS, *modes):
        assert say(f"report.{name}", "en", about="dose")
        assert say(f"report.{name}", "ko", about="용량")


@cache
def nodes(room: Path) -> list[ast.AST]:
    return [
        node
        for path in sorted(room.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant | ast.Call | ast.JoinedStr)
    ]


@cache
def strings(room: Path = PACKAGE) -> set[str]:
    """The strings of a room."""
    return {
        node.value
        for node in nodes(room)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def asked_for() -> set[str]:
    """What calls of ``say`` and ``Message.of`` name outright."""
    return {
        str(node.args[0].value)
        for node in nodes(PACKAGE)
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)
        if (getattr(node.func, "id", None) or getattr(node.func, "attr", None)) in ("say", "of")
    }


@cache
def begun(room: Path | None = PACKAGE) -> set[str]:
    """The beginnings of strings that are filled up when the program runs."""
    return {
        str(node.values[0].value)
        for node in (nodes(room) if room else ())
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant)
    }


def in_templates(area: str) -> Iterator[tuple[str, bool]]:
    """The names that templates of an area say, and whether each is only the beginning of one."""
    for template in sorted(SHORT[area].rglob("*.j2")) if area in SHORT else ():
        for name, more in IN_TEMPLATE.findall(template.read_text("utf-8")):
            yield name, bool(more)
