"""What the browser tests share: Debian's Chromium, and one service for all of them."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.hostile import HostileModel
from tests.browser.pictures import Album
from tests.browser.site import Site, site_in
from tests.browser.visiting import Visitor, visiting

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--no-sandbox",  # the tests may run as root
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-proxy-server",
)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the browser is. Under CI it has to be there."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found:
        return found
    reason = f"no browser: none of {', '.join(_NAMES)} is installed (apt-get install chromium)"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def site(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The service; a model that runs may name, which answers some with hostile text."""
    with site_in(tmp_path_factory.mktemp("site") / "data", HostileModel()) as running:
        yield running


# Of a module, not of the session: while it is open, asyncio takes the main thread for busy.
@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """The browser."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Callable[..., Visitor]]:
    """Opens browser windows; see ``visiting`` for the options. What a page did wrong fails the test
    at its end."""
    with ExitStack() as windows:

        def open_window(language: str = "en", **options: Any) -> Visitor:
            return windows.enter_context(visiting(browser, site.url, language, **options))

        yield open_window


@pytest.fixture(scope="session")
def album(tmp_path_factory: pytest.TempPathFactory) -> Album:
    """Where pictures go: the folder that VIRTUAL_LAB_SCREENSHOTS names."""
    named = os.environ.get("VIRTUAL_LAB_SCREENSHOTS")
    return Album(Path(named) if named else tmp_path_factory.mktemp("pictures"))


@pytest.fixture
def record_figure(
    record_property: Callable[[str, object], None], capsys: pytest.CaptureFixture[str]
) -> Callable[[str, float], None]:
    """Writes a measured figure down: into the report of the tests, and on the screen."""

    def record(name: str, value: float) -> None:
        record_property(name, value)
        with capsys.disabled():
            sys.stdout.write(f"\n{name}: {value:,.0f}\n")

    return record
