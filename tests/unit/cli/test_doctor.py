"""The doctor on the command line: lines or JSON, and the exit status."""

from __future__ import annotations

import json

import pytest

from tests.unit.cli.conftest import Command


@pytest.mark.slow
def test_a_new_installation_is_well(command: Command) -> None:
    outcome = command("doctor")
    assert outcome.status == 0
    assert "ok    broker      embedded Valkey answers" in outcome.out
    assert "note  worker      none answers" in outcome.out
    assert "virtual-lab up" in outcome.out


@pytest.mark.slow
def test_what_fails_is_named_with_its_remedy(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://user:hidden@host/name")
    outcome = command("doctor", "--json")
    assert outcome.status == 1
    assert "hidden" not in outcome.out
    checks = {check["name"]: check for check in json.loads(outcome.out)}
    assert checks["database"]["outcome"] == "fail"
    assert "DATABASE_URL" in checks["database"]["remedy"]
    assert checks["library"]["outcome"] == "note"


def test_a_setting_that_cannot_be_used_is_found(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIRTUAL_LAB_ROUNDS", "many")
    outcome = command("doctor")
    assert outcome.status == 1
    assert "VIRTUAL_LAB_ROUNDS" in outcome.out
