"""Errors by code: every one that is raised is said in both languages."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import virtual_lab
from virtual_lab import errors
from virtual_lab.errors import NotFoundError, VirtualLabError, restore
from virtual_lab.messages import Message, codes, has, say

ROOT = Path(virtual_lab.__file__).parent
KINDS = {
    name: kind
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, VirtualLabError)
}
AREAS = "call document errors fetch form library outside run service setting store".split()
OF_THE_ERROR = {"retry_after_s", "http_status"}


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    """Where an error or a message is made: the place, the call, and the name that is called."""
    for file in sorted(ROOT.rglob("*.py")):
        if file == ROOT / "errors.py":
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield f"{file.relative_to(ROOT)}:{node.lineno}", node, ast.unparse(node.func)


def codes_in(node: ast.expr) -> list[str]:
    """The codes that an argument may be: it is one, or a choice between two."""
    if isinstance(node, ast.IfExp):
        return codes_in(node.body) + codes_in(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def test_every_error_is_raised_by_a_code_with_the_values_of_its_blanks() -> None:
    found = 0
    for place, call, name in calls():
        if name not in KINDS or not call.args:
            continue
        given = {keyword.arg for keyword in call.keywords} - OF_THE_ERROR
        if isinstance(call.args[0], ast.Name):  # the code was chosen the line before
            continue
        chosen = codes_in(call.args[0])
        assert chosen, f"{place}: raise it by a code of a catalogue"
        found += 1
        for code in chosen:
            assert has(code), f"{place}: there is no message {code}"
            wanted = blanks(say(code, "en")) | blanks(say(code, "ko"))
            assert wanted <= given, f"{place}: {code} needs {wanted - given}"
    assert found > 150


@pytest.mark.parametrize("area", AREAS)
def test_every_message_is_said_in_both_languages(area: str) -> None:
    for code in codes(area):
        assert say(code, "en")
        assert say(code, "ko")


def test_no_code_is_there_in_vain() -> None:
    said = "\n".join(file.read_text("utf-8") for file in ROOT.rglob("*.py"))
    unused = [c for area in AREAS if area != "errors" for c in codes(area) if f'"{c}"' not in said]
    assert not unused


def test_an_error_carries_its_message_beside_the_english_words() -> None:
    error = NotFoundError("library.no_collection", collection="novel foods")
    assert str(error) == "There is no such thing: collection novel foods"
    assert error.message is not None
    assert error.message.text("ko") == "모음 novel foods"
    assert error.as_message().text("ko") == "찾을 수 없습니다: 모음 novel foods"


def test_words_that_are_no_code_are_shown_as_they_are() -> None:
    error = NotFoundError("100 % {of} it")
    assert error.detail == "100 % {of} it"
    assert error.message == Message.of("outside.text", text="100 % {of} it")


def test_an_error_that_was_written_down_is_restored_with_its_message() -> None:
    error = NotFoundError("run.run", run="r1")
    assert restore("NotFoundError", str(error), error.message).message == error.message
    assert restore("NotFoundError", str(error)).detail == "run r1"
    gone = Message(code="run.of_a_later_version", arguments={})
    assert restore("NotFoundError", str(error), gone).detail == "run r1"
