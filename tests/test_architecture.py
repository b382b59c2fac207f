"""The rooms: imports go one way, and each big library is known where it belongs."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import grimp
import pytest
from importlinter import Contract
from importlinter.api import read_configuration
from importlinter.cli import lint_imports
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.protected import ProtectedContract

import virtual_lab

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = Path(virtual_lab.__file__).parent
CONFIG = read_configuration(str(ROOT / "pyproject.toml"))
ROOMS = {
    path.stem
    for path in PACKAGE.iterdir()
    if (path.suffix == ".py" or (path / "__init__.py").is_file()) and path.stem != "__init__"
}
ONLY_IN = {
    "celery": {"jobs"},
    "kombu": {"jobs"},
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "fastapi": {"api", "asgi", "http", "web"},
    "starlette": {"api", "asgi", "http", "web"},
    "psycopg": {"postgres", "library", "jobs"},
    "psycopg_pool": {"postgres", "library", "jobs"},
    "langchain": {"analysts.model"},
    "langchain_openai": set(),
    "openai": set(),
}


@pytest.fixture(scope="module")
def imports() -> grimp.ImportGraph:
    """All imports of the package, those of libraries included."""
    return grimp.build_graph("virtual_lab", include_external_packages=True, cache_dir=None)


def contracts(kind: str) -> list[dict[str, Any]]:
    return [contract for contract in CONFIG["contracts_options"] if contract["type"] == kind]


def test_imports_go_one_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True) == 0


def test_every_room_has_its_layer() -> None:
    (layers,) = contracts("layers")
    named = {room for layer in layers["layers"] for room in layer.replace("|", " ").split()}
    assert layers["exhaustive"] == "True"
    assert named == ROOMS


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_refused_in_every_room_but_its_own(
    library: str, imports: grimp.ImportGraph
) -> None:
    contract = contract_of(library)
    own = ONLY_IN[library]
    rooms = {*ROOMS, "analysts.extractive", "analysts.model"}
    refused = {
        room
        for room in rooms
        if not contract.check(with_import(imports, room, library), verbose=False).kept
    }
    assert refused == rooms - own


def contract_of(library: str) -> Contract:
    """The one contract that names a library, as import-linter would make it."""
    kinds = (("protected", ProtectedContract), ("forbidden", ForbiddenContract))
    (contract,) = (
        make(options["name"], CONFIG["session_options"], options)
        for kind, make in kinds
        for options in contracts(kind)
        if library in options[f"{kind}_modules"]
    )
    return contract


def with_import(graph: grimp.ImportGraph, room: str, library: str) -> grimp.ImportGraph:
    """The same imports, and one more: of the library, by the room."""
    changed = deepcopy(graph)
    if library not in changed.modules:
        changed.add_module(library, is_squashed=True)
    changed.add_import(
        importer=f"virtual_lab.{room}", imported=library, line_number=1, line_contents="import"
    )
    return changed
