"""Pictures of the pages, as the tests find them."""

from __future__ import annotations

import base64
from pathlib import Path

from tests.browser.visiting import Visitor

_TALLEST = 1600  # pixels
_QUALITY = 82
_SIZE = "() => [innerWidth, Math.max(innerHeight, document.documentElement.scrollHeight)]"


class Album:
    """Keeps pictures in a folder."""

    MOST_BYTES = 150_000

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, visitor: Visitor, name: str, language: str, phone: bool = False) -> None:
        """Take a picture of the page in view, cut off where it goes on for long."""
        width, height = visitor.page.evaluate(_SIZE)
        clip = {"x": 0, "y": 0, "scale": 1, "width": width, "height": min(height, _TALLEST)}
        wanted = {"format": "webp", "quality": _QUALITY, "captureBeyondViewport": True}
        session = visitor.context.new_cdp_session(visitor.page)
        taken = session.send("Page.captureScreenshot", {**wanted, "clip": clip})
        session.detach()
        file = self.folder / f"{name}-{language}{'-phone' if phone else ''}.webp"
        file.write_bytes(base64.b64decode(taken["data"]))
