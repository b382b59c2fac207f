"""Every check of the doctor, well and ill."""

from __future__ import annotations

import io
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from virtual_lab import doctor
from virtual_lab.bootstrap.library import open_vectors
from virtual_lab.doctor import CheckOutcome, examine
from virtual_lab.documents.readers.markdown import markdown_document
from virtual_lab.jobs.embedding_backfill import embed_library
from virtual_lab.jobs.run_log import open_store
from virtual_lab.library.embeddings.store import Place
from virtual_lab.library.sqlite.index import Index
from virtual_lab.messages import Message
from virtual_lab.settings import Settings, load_settings
from virtual_lab.sources.probe import ProviderCheck
from virtual_lab.sources.registry import not_set
from virtual_lab.testing import ModelServer, RequestKind, Rule, ServerFault
from virtual_lab.testing.embeddings import WIDTH


def text(message: Message | None) -> str:
    """A message in English; "" for none."""
    return message.text() if message else ""


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("VIRTUAL_LAB_DATA_DIR", str(tmp_path / "data"))
    for name in ("REDIS_URL", "DATABASE_URL"):
        monkeypatch.setenv(name, "")
    load_settings.cache_clear()
    yield
    load_settings.cache_clear()


def found(name: str) -> doctor.Check:
    """What the check ``name`` finds."""
    return next(check for check in examine() if check.name == name)


@pytest.mark.slow
def test_all_checks_are_made_and_nothing_is_left_running() -> None:
    checks = list(examine())
    names = [check.name for check in checks]
    assert (
        names
        == (
            "python terminal settings data library database access queue broker worker model"
            " vectors pdf plugins"
        ).split()
    )
    assert CheckOutcome.FAIL not in [check.outcome for check in checks]
    assert all(check.remedy for check in checks if check.outcome is not CheckOutcome.OK)
    assert not (load_settings().data_dir / "broker" / "broker.sock").exists()


def test_who_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    check = found("access")
    assert (check.outcome, "only this machine" in text(check.found)) == (CheckOutcome.NOTE, True)
    assert "virtual-lab keys add NAME" in text(check.remedy)
    monkeypatch.setenv("VIRTUAL_LAB_SERVE_NETWORK_WITHOUT_KEYS", "true")
    load_settings.cache_clear()
    assert "everybody who reaches the port" in text(found("access").found)
    with open_store(load_settings()) as store:
        store.keys.add("ann")
    check = found("access")
    assert (check.outcome, text(check.found)) == (
        CheckOutcome.OK,
        "API keys: 1; every call needs one",
    )


def test_a_library_in_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:hidden@127.0.0.1:1/lab")
    check = found("library")
    assert check.outcome is CheckOutcome.FAIL
    assert text(check.remedy).startswith("see DATABASE_URL")
    assert "127.0.0.1:1/lab" in text(check.found)
    assert "hidden" not in text(check.found)


def test_a_terminal_that_cannot_show_korean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="cp1252"))
    check = found("terminal")
    assert check.outcome is CheckOutcome.NOTE
    assert "PYTHONUTF8" in text(check.remedy)


def test_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way", encoding="utf-8")
    checks = {check.name: check for check in examine()}
    assert "pdf" in checks, "it goes on to the end"
    ill = {name for name, check in checks.items() if check.outcome is CheckOutcome.FAIL}
    assert ill == {"data", "library", "database", "access", "queue", "broker"}
    assert "VIRTUAL_LAB_DATA_DIR" in text(checks["data"].remedy)


@pytest.mark.parametrize(
    ("free", "outcome"),
    [(2 << 30, CheckOutcome.OK), (500 << 20, CheckOutcome.NOTE), (50 << 20, CheckOutcome.FAIL)],
)
def test_a_disk_that_is_full(
    monkeypatch: pytest.MonkeyPatch, free: int, outcome: CheckOutcome
) -> None:
    usage = shutil._ntuple_diskusage(1 << 40, (1 << 40) - free, free)  # type: ignore[attr-defined]
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    assert found("data").outcome is outcome


def test_a_library_that_is_broken(tmp_path: Path) -> None:
    path = load_settings().library_path
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no database" * 1000)
    check = found("library")
    assert check.outcome is CheckOutcome.FAIL
    assert str(path) in text(check.found)


def test_a_broker_that_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://:hidden@127.0.0.1:1/0")
    check = found("broker")
    assert check.outcome is CheckOutcome.FAIL
    assert "hidden" not in text(check.found)
    assert "REDIS_URL" in text(check.remedy)


@pytest.mark.slow
def test_a_model_that_may_not_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIRTUAL_LAB_MODEL", "no-such-model-name")
    check = found("model")
    assert check.outcome is CheckOutcome.FAIL
    assert "no-such-model-name" in text(check.found)


@pytest.fixture
def embeddings(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    """A library of one document without vectors, and an endpoint for them."""
    with ModelServer() as server:
        monkeypatch.setenv("VIRTUAL_LAB_EMBEDDINGS", "hashed")
        monkeypatch.setenv("VIRTUAL_LAB_EMBEDDINGS_URL", server.base_url)
        with closing(Index(load_settings().library_path)) as index:
            index.add(markdown_document("# A\n\nA novel food.\n", Path("a.md")), "default")
        yield server


@pytest.mark.slow
def test_how_many_passages_have_no_vector(embeddings: ModelServer) -> None:
    check = found("vectors")
    assert (check.outcome, text(check.remedy)[:25]) == (
        CheckOutcome.NOTE,
        "virtual-lab library embed",
    )
    assert text(check.found) == (
        f"passages without one: 1 (hashed at {embeddings.base_url}, {WIDTH} dimensions)"
    )
    embed_library(load_settings(), threading.Event())
    check = found("vectors")
    assert (check.outcome, text(check.found)) == (
        CheckOutcome.OK,
        f"hashed at {embeddings.base_url}, {WIDTH} dimensions",
    )


@pytest.mark.slow
def test_vectors_of_another_length(embeddings: ModelServer) -> None:
    with closing(open_vectors(load_settings())) as store:
        store.add("hashed", {b"k": b"\0\0"}, [Place("s", "s:0", b"k")])
    check = found("vectors")
    assert (check.outcome, text(check.remedy)) == (
        CheckOutcome.FAIL,
        "virtual-lab library embed --again",
    )
    assert f"gives {WIDTH} dimensions, the library's vectors have 1" in text(check.found)


@pytest.mark.slow
def test_an_endpoint_of_vectors_that_refuses(embeddings: ModelServer) -> None:
    embeddings.lay(Rule(ServerFault.UNAUTHORISED, RequestKind.EMBEDDINGS, times=None))
    check = found("vectors")
    assert check.outcome is CheckOutcome.FAIL
    assert "401" in text(check.found)
    assert "VIRTUAL_LAB_EMBEDDINGS" in text(check.remedy)


@pytest.mark.slow
def test_a_report_cannot_be_written_as_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("virtual_lab.report.pdf._PACKAGES", ("no_such_package",))
    check = found("pdf")
    assert check.outcome is CheckOutcome.NOTE
    assert "pjt-virtual-lab[pdf]" in text(check.remedy)


@pytest.mark.slow
def test_the_providers_are_asked_on_demand(monkeypatch: pytest.MonkeyPatch) -> None:
    async def check_sources(settings: Settings) -> list[ProviderCheck]:
        return [
            ProviderCheck("crossref", "answers"),
            ProviderCheck("arxiv", "fails", Message.of("error_names.UnreachableHostError")),
            ProviderCheck("tavily", "not configured", not_set("TAVILY_API_KEY")),
        ]

    monkeypatch.setattr("virtual_lab.sources.probe.check_sources", check_sources)
    last = list(examine(online=True))[-3:]
    assert [(check.name, check.outcome) for check in last] == [
        ("crossref", CheckOutcome.OK),
        ("arxiv", CheckOutcome.NOTE),
        ("tavily", CheckOutcome.NOTE),
    ]
    assert "TAVILY_API_KEY" in text(last[2].found)


@pytest.mark.slow
def test_that_there_is_no_network_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    late = Message.of("source.late", seconds=9)

    async def check_sources(settings: Settings) -> list[ProviderCheck]:
        return [
            *(
                ProviderCheck(name, "fails", late, host=f"{name}.org")
                for name in ("crossref", "arxiv")
            ),
            ProviderCheck("tavily", "not configured", not_set("TAVILY_API_KEY")),
        ]

    monkeypatch.setattr("virtual_lab.sources.probe.check_sources", check_sources)
    last = list(examine(online=True))[-2:]
    assert [(check.name, check.outcome) for check in last] == [
        ("network", CheckOutcome.NOTE),
        ("tavily", CheckOutcome.NOTE),
    ]


def test_who_thinks_is_told_in_words() -> None:
    assert doctor.analyst(Settings(model="none")).text().startswith("extractive")
    served = Settings(OPENAI_BASE_URL="http://127.0.0.1:1234/v1")
    assert doctor.analyst(served).text() == "what http://127.0.0.1:1234/v1 serves"
    assert doctor.analyst(Settings(model="ollama:qwen3")).text() == "ollama:qwen3"
