"""Write the documentation that is made from the code: ``python scripts/generate_docs.py``.

With ``--check`` nothing is written; the exit status is 1 where a file is missing or stale.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from virtual_lab.settings import Settings, describe

ROOT = Path(__file__).resolve().parents[1]

SETTINGS_HEAD = """\
# Settings

Every setting is an environment variable. One that the environment does not set is taken from the
file `.env` in the working directory, else from `.env` in the folder of the repository, else it has
its default. An empty value counts as not set. `virtual-lab config` shows what is in force, with
secrets masked, and where the data folder of this platform is. [.env.example](../.env.example) is a
`.env` to begin with.

*This page is made from `src/virtual_lab/settings/` by `python scripts/generate_docs.py`.*

| Variable | Default | What it is for |
| --- | --- | --- |
"""

ENV_HEAD = """\
# Every setting with its default, made by scripts/generate_docs.py.
# Copy this file to .env and take the "# " off the lines that you change.
"""


def main() -> int:
    """Write or check all files; gives the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only say which files are stale")
    check = parser.parse_args().check
    stale = stale_files()
    for path, content in stale.items():
        if not check:
            path.write_text(content, encoding="utf-8", newline="\n")
        words = "is stale; run python scripts/generate_docs.py" if check else "written"
        sys.stderr.write(f"{path.relative_to(ROOT)}: {words}\n")
    return 1 if check and stale else 0


def stale_files() -> dict[Path, str]:
    """The files that differ from what the code says, with what they should hold."""
    wanted = {ROOT / name: make() for name, make in GENERATED.items()}
    return {path: text for path, text in wanted.items() if _read(path) != text}


def settings_page() -> str:
    """The page of all settings, as Markdown."""
    rows = (
        f"| `{row.name}` | {_as_code(row.default)} | {row.help.replace('|', chr(92) + '|')} |\n"
        for row in describe(Settings.model_construct())
    )
    return SETTINGS_HEAD + "".join(rows)


def env_example() -> str:
    """A ``.env`` in which every setting is commented out."""
    rows = (
        f"\n# {row.help}\n# {row.name}={'' if row.default.startswith('(') else row.default}\n"
        for row in describe(Settings.model_construct())
    )
    return ENV_HEAD + "".join(rows)


def command_page() -> str:
    """The page of all commands, as Markdown."""
    from scripts.cli_reference import reference

    return reference()


def map_page() -> str:
    """The map of the code, as Markdown."""
    from scripts.map_page import map_page as page

    return page()


def openapi() -> str:
    """The OpenAPI file of the HTTP API."""
    from virtual_lab.api.app import make_app
    from virtual_lab.api.schema import render_schema

    return render_schema(make_app(Settings(_env_file=None)))


def _as_code(default: str) -> str:
    return f"`{default}`" if default and not default.startswith("(") else default


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


GENERATED: dict[str, Callable[[], str]] = {
    ".env.example": env_example,
    "docs/cli.md": command_page,
    "docs/map.md": map_page,
    "docs/openapi.json": openapi,
    "docs/settings.md": settings_page,
}

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))  # for the other generators of this folder
    sys.exit(main())
