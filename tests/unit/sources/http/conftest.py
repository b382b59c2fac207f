"""A server to fetch from, and a client that may reach it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.replay import HOST, ReplayServer
from virtual_lab.sources.http import AddressRules, Fetcher


@pytest.fixture
def server() -> Iterator[ReplayServer]:
    with ReplayServer() as running:
        yield running


@pytest.fixture
def fetcher(server: ReplayServer, tmp_path: Path) -> Callable[..., Fetcher]:
    """Makes clients that trust the server's endpoint; ``cache=True`` gives them a
    cache in a file, an address one in Redis."""

    def make(cache: bool | str = False, **options: Any) -> Fetcher:
        rules = AddressRules(trusted=[(HOST, server.port)])
        file = tmp_path / "cache" / "web.sqlite3" if cache else None
        place = cache if isinstance(cache, str) else file
        return Fetcher(**({"rules": rules, "cache": place} | options))

    return make
