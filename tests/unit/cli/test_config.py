"""``virtual-lab config``: every setting, and no secret."""

from __future__ import annotations

import json

import pytest

from tests.unit.cli.conftest import Command
from virtual_lab.settings import Settings, variable

SECRET = "sk-nobody-may-see-this"


@pytest.mark.parametrize("words", [("config",), ("config", "--json")])
def test_every_setting_is_shown_and_no_secret(
    command: Command, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    monkeypatch.setenv("VIRTUAL_LAB_ROUNDS", "2")
    outcome = command(*words)
    assert (outcome.status, outcome.err) == (0, "")
    assert SECRET not in outcome.out
    for name in Settings.model_fields:
        assert variable(name) in outcome.out


def test_json_holds_what_is_in_force(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    monkeypatch.setenv("VIRTUAL_LAB_ROUNDS", "2")
    shown = json.loads(command("config", "--json").out)
    assert (shown["VIRTUAL_LAB_ROUNDS"], shown["OPENAI_API_KEY"]) == ("2", "********")
