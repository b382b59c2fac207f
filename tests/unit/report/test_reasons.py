"""Reasons in Korean: every one that code gives has its words."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from virtual_lab.report.reasons import reason_in
from virtual_lab.verification import rules, verify

HANGUL = re.compile("[가-힣]")


def given() -> list[str]:
    """The reasons that the code can give, with a word for each blank."""
    found = []
    for module in (verify, rules):
        tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Return) and node.value is not None:
                found += texts(node.value)
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Mismatch":
                found += texts(node.args[1])
    return [text for text in dict.fromkeys(found) if " " in text]


def texts(node: ast.AST) -> list[str]:
    if isinstance(node, ast.IfExp):
        return texts(node.body) + texts(node.orelse)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        return ["".join(v.value if isinstance(v, ast.Constant) else "x" for v in node.values)]
    return []


@pytest.mark.parametrize("reason", [*given(), "it does not bear on the question"])
def test_every_reason_is_said_in_korean(reason: str) -> None:
    assert reason_in("en", reason) == reason
    assert HANGUL.search(reason_in("ko", reason)), reason


def test_there_are_many_and_several_are_said_together() -> None:
    assert len(given()) >= 15
    several = "number 5 mg is not in the quotes; name EFSA is not in the quotes"
    assert reason_in("ko", several) == "수치 5 mg이(가) 인용에 없음; 이름 EFSA이(가) 인용에 없음"
    assert reason_in("ko", "something new") == "something new"
