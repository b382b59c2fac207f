"""Recorded answers of providers, and a server that replays them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.replay import HOST, ReplayServer
from virtual_lab.sources.http import AddressRules, Fetcher, WebResponse


@pytest.fixture
def payloads(shared_data: Path) -> Path:
    return shared_data / "payloads"


@pytest.fixture
def answer() -> WebResponse:
    """The answer that a record is said to stand in."""
    when = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
    return WebResponse("https://example.org/", b"", "application/json", None, when, False)


@pytest.fixture
def server() -> Iterator[ReplayServer]:
    with ReplayServer() as running:
        yield running


@pytest.fixture
def fetcher(server: ReplayServer) -> Fetcher:
    return Fetcher(rules=AddressRules([(HOST, server.port)]))
