"""robots.txt (RFC 9309): which pages a site asks programs not to fetch."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

import httpx2
from protego import Protego

from virtual_lab.errors import OversizedAnswerError, RefusedRequestError, UnusableAnswerError

AGENT = "VirtualLab"
MAX_BYTES = 512 * 1024
"""The standard asks for at least 500 KiB."""

_LONGEST_DELAY_S = 10.0


class RobotsVerdict(NamedTuple):
    """Whether a page may be fetched, and the seconds between two pages that the site asks for."""

    allowed: bool
    delay: float | None = None


class Robots:
    """The rules of sites; the file of each site is read once.

    Args:
        fetch: gives the content of a URL, or raises a ``FetchError``.
    """

    def __init__(self, fetch: Callable[[str], Awaitable[bytes]]) -> None:
        self._fetch = fetch
        self._rules: dict[str, Protego | None] = {}

    async def verdict(self, url: httpx2.URL) -> RobotsVerdict:
        """The verdict of a site on ``url``.

        A site without the file allows everything; where the file cannot be read, nothing is allowed
        (section 2.3.1).

        Raises:
            FetchError: the site cannot be reached.
        """
        site = f"{url.scheme}://{url.netloc.decode('ascii')}"
        if site not in self._rules:
            self._rules[site] = await self._read(site)
        rules = self._rules[site]
        if rules is None:
            return RobotsVerdict(allowed=False)
        delay = rules.crawl_delay(AGENT)
        return RobotsVerdict(
            rules.can_fetch(str(url), AGENT), min(delay, _LONGEST_DELAY_S) if delay else None
        )

    async def _read(self, site: str) -> Protego | None:
        try:
            content = await self._fetch(f"{site}/robots.txt")
        except RefusedRequestError as error:
            missing = 400 <= error.http_status < 500 and error.http_status != 429
            return Protego.parse("") if missing else None
        except (OversizedAnswerError, UnusableAnswerError):
            return None
        return Protego.parse(content.decode("utf-8", errors="replace"))
