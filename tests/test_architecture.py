"""The rooms: imports go one way, and each big library is known where it belongs."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from importlinter.cli import lint_imports

import virtual_lab

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = Path(virtual_lab.__file__).parent
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
ROOMS = {
    path.stem
    for path in PACKAGE.iterdir()
    if (path.suffix == ".py" or (path / "__init__.py").is_file()) and path.stem != "__init__"
}
ONLY_IN = {
    "celery": {"jobs"},
    "sqlalchemy": {"store"},
    "fastapi": {"api", "web"},
    "psycopg": {"postgres", "library", "jobs"},
}


def contracts(kind: str) -> list[dict[str, Any]]:
    return [contract for contract in CONFIG["contracts"] if contract["type"] == kind]


def test_imports_go_one_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True) == 0


def test_every_room_has_its_layer() -> None:
    (layers,) = contracts("layers")
    named = {room for layer in layers["layers"] for room in layer.replace("|", " ").split()}
    assert layers["exhaustive"]
    assert named == ROOMS


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_forbidden_in_every_room_but_its_own(library: str) -> None:
    (contract,) = (c for c in contracts("forbidden") if library in c["forbidden_modules"])
    sources = {module.removeprefix("virtual_lab.") for module in contract["source_modules"]}
    assert sources == ROOMS - ONLY_IN[library]
