"""Each provider is tried, and says what it would need."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.replay import ReplayServer
from virtual_lab.settings import Settings
from virtual_lab.sources.probe import check_sources, is_offline
from virtual_lab.sources.registry import names


def test_every_provider_has_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*args: object, **options: object) -> object:
        raise OSError("no network")

    monkeypatch.delenv("TAVILY_API_KEY", raising=False)
    with ReplayServer() as server:
        server.on_json("/search", {"results": []})
        monkeypatch.setenv("SEARXNG_URL", server.url)
        real = __import__("socket").getaddrinfo

        def local_only(host: str, *args: object, **options: object) -> object:
            return real(host, *args, **options) if host == "127.0.0.1" else no_network()

        monkeypatch.setattr("socket.getaddrinfo", local_only)
        checked = asyncio.run(check_sources(Settings(_env_file=None, data_dir=tmp_path)))
    assert tuple(line.provider for line in checked) == names()
    outcomes = {line.provider: (line.outcome, line.detail) for line in checked}
    assert outcomes["crossref"] == ("fails", "The host cannot be reached: api.crossref.org")
    assert checked[names().index("crossref")].host == "api.crossref.org"
    assert not is_offline(checked)  # the SearXNG answers
    assert is_offline([line for line in checked if line.provider != "searxng"])
    assert outcomes["tavily"] == ("not configured", "TAVILY_API_KEY is not set")
    assert outcomes["searxng"] == ("answers", "")
