"""Pictures of the pages, as the tests find them."""

from __future__ import annotations

import base64
from pathlib import Path

from tests.browser.visiting import Visitor

_TALLEST = 1200  # pixels
_QUALITY = 50
_SCALE = 0.8  # of a desktop; a phone is small enough
_SIZE = "() => [innerWidth, Math.max(innerHeight, document.documentElement.scrollHeight)]"
_FOLDER = r"""() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    text.data = text.data.replace(/\/[^\s()]*\/data(?=[/\s(]|$)/g, "/data");
  }
}"""
"""Folders of this machine are in no picture."""


class Album:
    """Keeps pictures in a folder: English pages on a desktop, Korean ones on a phone as well."""

    MOST_BYTES = 150_000

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def keep(
        self, visitor: Visitor, name: str, language: str, phone: bool = False, dark: bool = False
    ) -> None:
        """Take a picture of the page in view, cut off where it goes on for long.

        Raises:
            AssertionError: it is too large for the documentation.
        """
        if phone and language == "en":
            return
        kind = "-phone" if phone else "-dark" if dark else ""
        visitor.page.emulate_media(color_scheme="dark" if dark else "light")
        visitor.page.evaluate(_FOLDER)
        taken = self._take(visitor, 1 if phone else _SCALE)
        visitor.page.emulate_media(color_scheme="light")
        assert len(taken) < self.MOST_BYTES, f"{name}: {len(taken)} bytes"
        (self.folder / f"{name}-{language}{kind}.webp").write_bytes(taken)

    def _take(self, visitor: Visitor, scale: float) -> bytes:
        window = visitor.page.viewport_size
        assert window is not None
        width, height = visitor.page.evaluate(_SIZE)
        height = min(height, _TALLEST)
        clip = {"x": 0, "y": 0, "scale": scale, "width": width, "height": height}
        # What stays at the edge of the window is then at the edge of the picture.
        visitor.page.set_viewport_size({"width": window["width"], "height": height})
        wanted = {"format": "webp", "quality": _QUALITY, "captureBeyondViewport": True}
        session = visitor.context.new_cdp_session(visitor.page)
        taken = session.send("Page.captureScreenshot", {**wanted, "clip": clip})
        session.detach()
        visitor.page.set_viewport_size(window)
        return base64.b64decode(taken["data"])
