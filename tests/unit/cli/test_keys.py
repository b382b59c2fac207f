"""``virtual-lab keys``."""

from __future__ import annotations

import json

import pytest

from tests.unit.cli.conftest import Command


def test_a_key_is_printed_alone_so_that_a_script_can_take_it(command: Command) -> None:
    made = command("keys", "add", "ann")
    assert made.status == 0
    assert made.out.startswith("vlab_")
    assert made.out.count("\n") == 1
    assert "only time" in made.err
    listed = command("keys", "list")
    assert "ann" in listed.out
    assert made.out.strip() not in listed.out
    (line,) = json.loads(command("keys", "list", "--json").out)
    assert line["name"] == "ann"
    assert line["last_used_at"] is None
    assert command("keys", "add", "ann").status == 1
    removed = command("keys", "remove", "ann")
    assert removed.status == 0
    assert "only this machine" in removed.err
    assert command("keys", "remove", "ann").status == 1


def test_every_change_of_the_keys_leaves_a_line_without_the_key(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIRTUAL_LAB_LOG_LEVEL", "error")
    monkeypatch.setenv("LOGNAME", "operator")
    made, removed = command("keys", "add", "eve"), command("keys", "remove", "eve")
    for outcome, words in ((made, "keys add"), (removed, "keys remove")):
        (line,) = [json.loads(line) for line in outcome.err.splitlines() if line.startswith("{")]
        assert (line["logger"], line["event"]) == ("virtual_lab.audit", "change")
        assert (line["who"], line["command"], line["name"]) == ("operator", words, "eve")
        assert made.out.strip() not in outcome.err


@pytest.mark.parametrize("name", ["up", "serve"])
def test_other_machines_are_not_served_without_a_key(command: Command, name: str) -> None:
    refused = command(name, "--host", "0.0.0.0", "--port", "65000")  # noqa: S104
    assert refused.status == 1
    assert "virtual-lab keys add NAME" in refused.err
    assert refused.err.count("\n") == 1
