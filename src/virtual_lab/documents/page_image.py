"""A page of a PDF as a picture in which a quote is marked, drawn in a process of its own.

A PDF may be hostile: the process has little memory, and is killed where it takes too long.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from virtual_lab.errors import BrokenDocumentError, SlowDocumentError


def picture_page(path: Path, page: int, words: str, timeout: float = 30.0) -> bytes:
    """Draw a page; gives a PNG, with the words marked where they are found.

    Args:
        path: of the PDF.
        page: its number, from 1.
        words: those to mark, as they stand in the text that was read from the PDF.
        timeout: seconds after which it is given up.

    Raises:
        UnreadableDocumentError: why there is no picture.
    """
    request = json.dumps({"path": str(path), "page": page, "words": words}).encode()
    command = [sys.executable, "-m", "virtual_lab.documents.page_drawing"]
    try:
        done = subprocess.run(
            command, input=request, capture_output=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        raise SlowDocumentError("document.over_time", seconds=f"{timeout:.0f}") from None
    if done.returncode or not done.stdout:
        raise BrokenDocumentError("document.page_not_drawn", page=page)
    return done.stdout
