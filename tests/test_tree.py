"""The files of the repository: small modules, and nothing of the machine they were made on."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
LONGEST_MODULE = 400  # lines

# In two parts each, because this file is one of those that are searched.
OF_A_MACHINE = [
    "/" + "work/",
    "/" + "tmp/",
    "/" + "root/",
    "/" + "opt/pypi",
    "pypi" + ".org/simple",
    "files." + "pythonhosted.org",
    "registry." + "npmjs.org",
]


def test_no_module_is_too_long() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines())
        for path in (ROOT / "src").rglob("*.py")
    }
    assert len(lengths) > 100
    assert not {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE}


def test_no_file_names_a_place_of_a_machine_or_a_package_host() -> None:
    found = [
        f"{name}:{number}: {line.strip()[:80]}"
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if any(place in line for place in OF_A_MACHINE)
    ]
    assert not found


def texts() -> Iterator[tuple[str, str]]:
    """The name and content of each text file that git keeps, or would keep."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout, so nothing says which files belong to it")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        content = path.read_bytes() if path.is_file() else b""
        if b"\0" not in content:
            yield name, content.decode("utf-8", "replace")
