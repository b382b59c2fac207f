"""A small file that is written once, by whichever process asks for it first."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def written_once(file: Path, make: Callable[[], str]) -> str:
    """What a file says; where it is missing, it is made, for its user alone to read.

    Raises:
        OSError: it can be neither read nor made.
    """
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        # Written elsewhere and then given its name, which fails where another was faster: nobody
        # ever reads half of it.
        own = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
        descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as opened:
            opened.write(make())
        with suppress(FileExistsError):
            os.link(own, file)
        own.unlink()
    return file.read_text(encoding="ascii")
