"""Every address of the hostile lists is refused, and not because nobody answers there."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import httpx2
import pytest

from tests.replay import HOST, ReplayServer, Reply
from virtual_lab.errors import ForbiddenAddressError, RefusedRequestError
from virtual_lab.sources.http import Fetcher, RequestPolicy

Make = Callable[..., Fetcher]
Way = Literal["interface", "page", "redirect"]
QUICK = RequestPolicy(interval=0, retries=0)


@pytest.fixture(scope="session")
def urls(shared_data: Path) -> list[str]:
    """The URLs in the code of the lists; outside of code stand links to further reading."""
    files = sorted((shared_data / "hostile" / "ssrf").glob("*.md"))
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    code = re.findall(r"```\w*\n(.*?)```|`([^`\n]+)`", text, re.DOTALL)
    found = re.findall(r"\b[a-z]{3,8}:[^\s'\"`<>|]+", "\n".join(a or b for a, b in code))
    return sorted(set(found))


async def inside(host: str, port: int) -> list[str]:
    """Whatever a name looks like, it leads to where the machines of a cloud tell their secrets."""
    return [HOST if host == HOST else "169.254.169.254"]


@pytest.mark.parametrize("way", ["interface", "page", "redirect"])
def test_every_address_is_refused(
    urls: Sequence[str], server: ReplayServer, fetcher: Make, way: Way
) -> None:
    async def is_refused(client: Fetcher, url: str) -> bool:
        try:
            if way == "redirect":
                location = url.encode().decode("latin-1")  # as a header is sent
                server.on("/go", Reply(status=302, headers={"Location": location}))
                await client.get(server.url + "/go", policy=QUICK)
            elif way == "page":
                await client.get_page(url)
            else:
                await client.get(url, policy=QUICK)
        except ForbiddenAddressError:
            return True
        except RefusedRequestError:
            # Without a host of its own it leads back to the server, which knows no such page.
            return way == "redirect" and not httpx2.URL(url).host
        return False

    async def let_through() -> list[str]:
        async with fetcher(resolver=inside) as client:
            return [url for url in urls if not await is_refused(client, url)]

    assert len(urls) > 60
    assert asyncio.run(let_through()) == []
