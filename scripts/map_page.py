"""The map of the code, docs/map.md: its hand-written head, and a table per room from docstrings."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src"
PACKAGE = SOURCE / "virtual_lab"
HEAD = Path(__file__).with_name("map_head.md")
TAIL = Path(__file__).with_name("map_tail.md")


def map_page() -> str:
    """The page, as Markdown."""
    head = HEAD.read_text("utf-8").replace("{layers}", "\n".join(layers()))
    return "\n".join([head, *sections(), TAIL.read_text("utf-8")])


def layers() -> list[str]:
    """The layers that import-linter checks, from the top."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    return next(list(c["layers"]) for c in contracts if c["type"] == "layers")


def sections() -> Iterator[str]:
    """A section per folder of modules: what the room is for, and what each module holds."""
    for folder in sorted({path.parent for path in PACKAGE.rglob("*.py")}):
        if folder.name == "versions":
            continue
        rows = [
            f"| `{module.name}` | {first_sentence(module)} |"
            for module in sorted(folder.glob("*.py"))
            if not module.name.startswith("__")
        ]
        if rows:
            room = first_sentence(folder / "__init__.py")
            heading = f"## `{folder.relative_to(ROOT).as_posix()}`"
            yield "\n".join(
                [heading, "", room, "", "| module | what |", "| --- | --- |", *rows, ""]
            )


def first_sentence(module: Path) -> str:
    """The first paragraph of a module's docstring, on one line."""
    docstring = ast.get_docstring(ast.parse(module.read_text("utf-8"))) or ""
    paragraph = " ".join(docstring.partition("\n\n")[0].split())
    return paragraph.replace("``", "`").replace("|", "\\|")
