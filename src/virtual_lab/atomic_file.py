"""A small file that is written once, by whichever process asks for it first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from virtual_lab.private_files import make_file


def read_or_create(file: Path, make: Callable[[], str]) -> str:
    """What a file says; where it is missing, it is made, for its user alone to read.

    Raises:
        OSError: it can be neither read nor made.
    """
    if not file.exists():
        make_file(file, make())
    return file.read_text(encoding="ascii")
