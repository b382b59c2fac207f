"""A small file that the first process that needs it creates, atomically."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from virtual_lab.private_files import make_file


def read_or_create(file: Path, make: Callable[[], str]) -> str:
    """The text of a file, which is created with the text of ``make`` if it does not exist.

    Only its user may read it.

    Raises:
        OSError: the file can be neither read nor created.
    """
    if not file.exists():
        make_file(file, make())
    return file.read_text(encoding="ascii")
