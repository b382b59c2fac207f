"""``virtual-lab library embed``, and what ``library add`` and ``search`` do with vectors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Command
from virtual_lab.settings import load_settings
from virtual_lab.testing import ModelServer, RequestKind, Rule, ServerFault


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    with ModelServer() as server:
        monkeypatch.setenv("VIRTUAL_LAB_EMBEDDINGS", "hashed")
        monkeypatch.setenv("VIRTUAL_LAB_EMBEDDINGS_URL", server.base_url)
        monkeypatch.setenv("VIRTUAL_LAB_CALL_BACKOFF_S", "0.01")
        load_settings.cache_clear()
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "a.md").write_text("# Foods\n\nA novel food is assessed before it is sold.\n")
    return folder


@pytest.mark.slow
def test_what_is_added_is_embedded_and_not_again(
    command: Command, server: ModelServer, folder: Path
) -> None:
    added = command("library", "add", str(folder))
    assert (added.status, "hashed: 1 passage embedded" in added.err) == (0, True)
    assert "hashed: 0 passages embedded" in command("library", "embed").err
    assert "hashed: 1 passage embedded" in command("library", "embed", "--again").err


@pytest.mark.slow
def test_a_failing_endpoint_leaves_the_documents_added(
    command: Command, server: ModelServer, folder: Path
) -> None:
    server.lay(Rule(ServerFault.UNAUTHORISED, RequestKind.EMBEDDINGS, times=None))
    added = command("library", "add", str(folder))
    assert added.status == 3
    assert "no vectors:" in added.err
    assert "`virtual-lab library embed` goes on there" in added.err
    found = command("library", "search", "novel food")
    assert (found.status, "A novel food is assessed" in found.out) == (0, True)
    failed = command("library", "embed", "default")
    assert (failed.status, failed.err.count("\n")) == (1, 1)
    assert "401" in failed.err


@pytest.mark.slow
def test_a_search_says_that_the_endpoint_failed(
    command: Command, server: ModelServer, folder: Path
) -> None:
    command("library", "add", str(folder))
    server.lay(Rule(ServerFault.UNAUTHORISED, RequestKind.EMBEDDINGS, times=None))
    found = command("library", "search", "novel food")
    assert "A novel food is assessed" in found.out
    assert "Searched by words alone:" in found.err


@pytest.mark.slow
def test_without_a_model_embedding_says_what_to_set(command: Command, folder: Path) -> None:
    command("library", "add", str(folder))
    outcome = command("library", "embed")
    assert outcome.status == 2
    assert "VIRTUAL_LAB_EMBEDDINGS is not set" in outcome.err


def test_a_collection_that_is_not_there(command: Command, server: ModelServer) -> None:
    outcome = command("library", "embed", "missing")
    assert (outcome.status, outcome.err.count("\n")) == (1, 1)
    assert "collection missing" in outcome.err
