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


@pytest.mark.parametrize("name", ["up", "serve"])
def test_other_machines_are_not_served_without_a_key(command: Command, name: str) -> None:
    refused = command(name, "--host", "0.0.0.0", "--port", "65000")  # noqa: S104
    assert refused.status == 1
    assert "virtual-lab keys add NAME" in refused.err
    assert refused.err.count("\n") == 1
