"""Visiting the site with a real browser that complains of everything a page should not do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
LOCALES = {"ko": "ko-KR", "en": "en-GB"}

_WATCH = """
window.__ran = [];
for (const name of ["alert", "prompt", "confirm", "open", "print"])
  window[name] = (...words) => { window.__ran.push(name + ": " + words.join(" ")); };
document.addEventListener("securitypolicyviolation", (event) =>
  window.__ran.push(`violates ${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
"""
"""Before any script of a page: whatever calls these functions, or is refused by the policy, is
written down. The harness itself runs outside of the policy."""

_FOREIGN = """() => [...document.querySelectorAll("*")].flatMap((element) =>
  [...element.attributes]
    .filter(({ name, value }) => /^on/i.test(name)
      || (/^(href|src|action|formaction|data)$/i.test(name)
        && /^\\s*(javascript|data):/i.test(value))
      || name === "style" || name === "srcdoc")
    .map(({ name, value }) => `${element.localName} ${name}="${value.slice(0, 60)}"`))"""

_WIDE = """() => {
  const most = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= most) return [];
  return [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > most + 1)
    .map((element) => `${element.localName}.${element.className} #${element.id}`);
}"""


class Visitor:
    """Someone before a browser.

    Args:
        complaints: is filled with what went wrong.
    """

    def __init__(self, context: BrowserContext, url: str, complaints: list[str]) -> None:
        self.context = context
        self.complaints = complaints
        self.url = url
        self._tolerated = re.compile(r"(?!)")
        context.set_default_timeout(30_000)
        context.add_init_script(_WATCH)
        context.on("console", self._said)
        context.on("weberror", lambda error: self._complain(f"error: {error.error}"))
        context.on("request", self._asked)
        context.on("dialog", self._stopped)
        self.page: Page = context.new_page()

    def tolerate(self, pattern: str) -> None:
        """Do not complain of what matches ``pattern``: the test brings it about."""
        self._tolerated = re.compile(pattern)

    def go(self, path: str) -> int:
        """Open a page; gives its status."""
        self.look()
        answer = self.page.goto(self.url + path)
        assert answer
        return answer.status

    def look(self) -> None:
        """Write down whatever the page in view tried to do."""
        if self.page.url.startswith("http"):
            for line in self.page.evaluate("() => window.__ran ?? []"):
                self._complain(line)

    def foreign_parts(self) -> list[str]:
        """Attributes in the page that could run a script, or that no template of ours writes."""
        found: list[str] = self.page.evaluate(_FOREIGN)
        return found

    def too_wide(self) -> list[str]:
        """What reaches beyond the right edge, where the page can be scrolled sideways."""
        found: list[str] = self.page.evaluate(_WIDE)
        return found

    def barriers(self) -> list[str]:
        """What axe finds serious or critical, in the light and in the dark."""
        found = []
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            for fault in Axe().run(self.page).response["violations"]:
                if fault["impact"] in ("serious", "critical"):
                    places = [node["html"][:120] for node in fault["nodes"][:3]]
                    found.append(f"{self.page.url} ({scheme}) {fault['id']}: {places}")
        self.page.emulate_media(color_scheme="light", reduced_motion="no-preference")
        return found

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._complain(f"console {message.type}: {message.text}")

    def _asked(self, request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(self.url).netloc:
            self._complain(f"asks another site: {request.url[:200]}")

    def _stopped(self, dialog: Dialog) -> None:
        self._complain(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _complain(self, line: str) -> None:
        if not self._tolerated.search(line):
            self.complaints.append(line)


@contextmanager
def visiting(
    browser: Browser,
    url: str,
    language: str = "en",
    phone: bool = False,
    script: bool = True,
    **options: Any,
) -> Iterator[Visitor]:
    """A visitor with a browser window of their own.

    Raises:
        AssertionError: a page ran what it should not, or wrote an error.
    """
    context = browser.new_context(
        locale=LOCALES[language],
        viewport=PHONE if phone else DESKTOP,
        is_mobile=phone,
        has_touch=phone,
        java_script_enabled=script,
        **options,
    )
    complaints: list[str] = []
    try:
        visitor = Visitor(context, url, complaints)
        yield visitor
        if script:
            visitor.look()
    finally:
        context.close()
    assert not complaints, complaints[:10]
