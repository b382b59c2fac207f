"""The container files, as far as they can be checked without an engine."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from virtual_lab.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = {command.name for command in app.registered_commands}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """The services of compose.yaml."""
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)["services"]
    return found


def test_all_parts_are_there(services: dict[str, Any]) -> None:
    assert set(services) == {"redis", "postgres", "api", "worker", "flower"}
    assert "depends_on" not in services["redis"], "docker compose up -d redis starts it alone"
    assert services["redis"]["command"][1:3] == ["--appendonly", "yes"]


def test_nothing_is_open_to_other_machines(services: dict[str, Any]) -> None:
    ports = [port for service in services.values() for port in service.get("ports", ())]
    assert len(ports) == 4
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert not [name for name, service in services.items() if "network_mode" in service]


def test_every_part_says_whether_it_is_well(services: dict[str, Any]) -> None:
    without = {name for name, service in services.items() if "healthcheck" not in service}
    assert without == {"api"}, "whose health check is the image's"
    assert "HEALTHCHECK" in (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_a_worker_is_asked_itself_whether_it_is_well(services: dict[str, Any]) -> None:
    assert "ping -d celery@$$HOSTNAME " in services["worker"]["healthcheck"]["test"][1]


def test_the_commands_exist(services: dict[str, Any]) -> None:
    started = [service["command"] for service in services.values() if "command" in service]
    started.append(yaml.safe_load(re.findall(r"^CMD (.*)", _dockerfile(), re.MULTILINE)[-1]))
    ours = [words[1] for words in started if words[0] == "virtual-lab"]
    assert ours
    assert COMMANDS.issuperset(ours)


def test_the_image_runs_as_a_plain_user_and_gets_what_it_is_built_from() -> None:
    assert re.findall(r"^USER (.*)", _dockerfile(), re.MULTILINE) == ["10001"]
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", _dockerfile(), re.MULTILINE)
    needed = {word.removeprefix("./") for line in copied for word in shlex.split(line)}
    allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert needed == {line.removeprefix("!") for line in allowed if line.startswith("!")}


def _dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text(encoding="utf-8")
