from __future__ import annotations

from pathlib import Path

import pytest

from virtual_lab.analysts.model.prompts import VARIABLES, Prompts
from virtual_lab.errors import PromptError


def write(folder: Path, task: str, text: str) -> Path:
    (folder / "en").mkdir(exist_ok=True)
    (folder / "en" / f"{task}.md").write_text(text, encoding="utf-8")
    return folder


def test_the_built_in_prompts_hold_in_both_languages() -> None:
    english, korean = Prompts("en"), Prompts("ko")
    for task, variables in VARIABLES.items():
        values = {name: f"<{name}>" for name in variables}
        for prompts in (english, korean):
            prompt = prompts.fill(task, **values)
            assert all(value in prompt.system + prompt.user for value in values.values())
        assert english.fill(task, **values).user != korean.fill(task, **values).user


def test_what_is_filled_in_is_not_read_again() -> None:
    prompt = Prompts("en").fill("translate", terms="-", texts="costs $100, $terms and ${texts}")
    assert "costs $100, $terms and ${texts}" in prompt.user


def test_a_file_of_ones_own_goes_before(tmp_path: Path) -> None:
    folder = write(tmp_path, "translate", "[system]\nBe brief.\n[user]\n$terms\n$texts, $$5\n")
    prompts = Prompts("en", folder)
    assert prompts.fill("translate", terms="t", texts="x") == ("Be brief.", "t\nx, $5")
    assert "minutes" in prompts.fill("summarise", question="q", work="w").system


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[system]\na\n[user]\n$texts", r"missing variable \$terms"),
        ("[system]\na\n[user]\n$texts $terms $topic", r"unknown variable \$topic"),
        ("[system]\na $ b\n[user]\n$texts $terms", "begins no variable"),
        ("$texts $terms", r"\[system\]"),
        ("[user]\n$texts $terms\n[system]\na", r"\[system\]"),
    ],
)
def test_a_faulty_file_is_an_error_at_the_start(tmp_path: Path, text: str, problem: str) -> None:
    write(tmp_path, "translate", text)
    with pytest.raises(PromptError, match=problem) as raised:
        Prompts("en", tmp_path)
    assert "translate.md" in str(raised.value)
