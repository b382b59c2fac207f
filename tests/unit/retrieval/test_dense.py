"""Searching by meaning, beside the words, and going on without it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.unit.retrieval.test_retriever import document
from virtual_lab.bootstrap.library import open_embedder, open_vectors
from virtual_lab.bootstrap.retriever import open_retriever
from virtual_lab.errors import SettingError
from virtual_lab.library.embeddings.backfill import embed_missing
from virtual_lab.library.embeddings.client import EmbeddingTimeouts
from virtual_lab.library.sqlite.index import Index
from virtual_lab.retrieval.dense import VectorCoverage
from virtual_lab.settings import Settings
from virtual_lab.testing import ModelServer, RequestKind, Rule, ServerFault

# A stem is a word to the index, and a word of its own to the hashed vectors: what only the vectors
# can find is a stop word of the index.
NEAR = "whether until through"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path, server: ModelServer) -> Settings:
    return Settings(
        _env_file=None, data_dir=tmp_path, embeddings="m", OPENAI_BASE_URL=server.base_url
    )


@pytest.fixture
def index(settings: Settings) -> Iterator[Index]:
    with closing(Index(settings.library_path)) as index:
        index.add(
            document(
                "Guidance",
                (1, "Genotoxicity is tested in bacteria."),
                (2, "Whether, until, through."),
                *((n, f"The budget of year {n} was spent on other things.") for n in range(3, 9)),
            ),
            "a",
        )
        index.add(document("Other", (1, "Whether and until, elsewhere.")), "b")
        yield index


def embed(settings: Settings, index: Index) -> int:
    with (
        closing(open_embedder(settings, EmbeddingTimeouts(2, 0.01, 5.0))) as embedder,
        closing(open_vectors(settings)) as store,
    ):
        return embed_missing(index, store, embedder)


def search(settings: Settings, index: Index, query: str, *collections: str) -> list[str]:
    with open_retriever(settings, index, collections) as retriever:
        return [hit.passage.text for hit in retriever.search([query], 3)]


def test_a_passage_that_shares_no_indexed_word_is_found(settings: Settings, index: Index) -> None:
    without = settings.model_copy(update={"embeddings": ""})
    assert search(without, index, NEAR) == []
    embed(settings, index)
    assert search(settings, index, NEAR)[:2] == [
        "Whether, until, through.",
        "Whether and until, elsewhere.",
    ]


def test_words_and_meaning_are_fused(settings: Settings, index: Index) -> None:
    embed(settings, index)
    found = search(settings, index, f"genotoxicity {NEAR}", "a")
    assert set(found[:2]) == {"Genotoxicity is tested in bacteria.", "Whether, until, through."}


def test_what_words_found_has_its_nearness_as_well(settings: Settings, index: Index) -> None:
    embed(settings, index)
    by_words = index.search("genotoxicity")
    with open_retriever(settings, index) as retriever:
        assert retriever.dense
        near = retriever.dense.search({NEAR: by_words}, (), 2)[NEAR]
    assert len(near.hits) == 2
    [genotoxic] = by_words
    nearest, next_to_it = (near.similarity[hit.passage.id] for hit in near.hits)
    assert nearest >= next_to_it > 0 > near.similarity[genotoxic.passage.id]  # below the average


def test_only_the_collections_that_are_searched(settings: Settings, index: Index) -> None:
    embed(settings, index)
    assert search(settings, index, NEAR, "b") == ["Whether and until, elsewhere."]


def test_what_is_added_and_removed_is_seen_at_once(settings: Settings, index: Index) -> None:
    embed(settings, index)
    search(settings, index, NEAR)
    index.remove_collection("a")
    assert search(settings, index, NEAR) == ["Whether and until, elsewhere."]
    index.add(document("New", (1, "Whether, until and through.")), "c")
    embed(settings, index)
    assert search(settings, index, NEAR)[0] == "Whether, until and through."


def test_queries_are_embedded_together_and_once(settings: Settings, index: Index) -> None:
    with ModelServer() as own:
        settings = settings.model_copy(update={"embeddings_url": own.base_url})
        embed(settings, index)
        with open_retriever(settings, index) as retriever:
            retriever.search(["one", "two", "one"], 3)
            retriever.search(["two"], 3)
    assert [served.body["input"] for served in own.served[1:]] == [["one", "two"]]


def test_without_vectors_nobody_is_asked(settings: Settings, index: Index) -> None:
    with ModelServer() as own:
        settings = settings.model_copy(update={"embeddings_url": own.base_url})
        with open_retriever(settings, index) as retriever:
            assert retriever.search(["genotoxicity"], 3)
            assert retriever.dense
            assert retriever.dense.coverage(()) == VectorCoverage(0, 9)
    assert own.served == []


@pytest.mark.parametrize(
    "fault", [ServerFault.SERVER_ERROR, ServerFault.UNAUTHORISED, ServerFault.NO_CHOICES]
)
def test_a_failing_endpoint_leaves_the_words(
    settings: Settings, index: Index, server: ModelServer, fault: ServerFault
) -> None:
    embed(settings, index)
    server.lay(Rule(fault, RequestKind.EMBEDDINGS, times=None))
    with open_retriever(settings, index, ("a",)) as retriever:
        [hit] = retriever.search(["genotoxicity"], 3)
        assert hit.passage.text == "Genotoxicity is tested in bacteria."
        struck = len(server.struck)
        assert retriever.search(["bacteria"], 3)
        assert retriever.dense
        assert retriever.dense.problem
        assert server.base_url in retriever.dense.problem.text()
    assert len(server.struck) == struck  # it is left alone from then on


def test_vectors_of_another_length_are_named(
    settings: Settings, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    embed(settings, index)
    monkeypatch.setattr("virtual_lab.testing.embeddings.WIDTH", 64)
    with open_retriever(settings, index) as retriever:
        assert retriever.search(["genotoxicity"], 3)
        assert retriever.dense
        assert retriever.dense.problem
        assert "vectors of 64 numbers" in retriever.dense.problem.text()
        assert "embed --again" in retriever.dense.problem.text()
    with closing(open_vectors(settings)) as store:
        store.forget_model("m")
    embed(settings, index)
    assert search(settings, index, NEAR)[0] == "Whether, until, through."


def test_reach_counts_the_passages_that_are_searched(settings: Settings, index: Index) -> None:
    embed(settings, index)
    index.add(document("New", (1, "One more."), (2, "And another.")), "b")
    with open_retriever(settings, index, ("b",)) as retriever:
        assert retriever.dense
        assert retriever.dense.coverage(("b",)) == VectorCoverage(1, 3)
        assert retriever.dense.coverage(()) == VectorCoverage(9, 11)


def test_a_setting_that_cannot_be_used_is_said(settings: Settings, index: Index) -> None:
    wrong = settings.model_copy(update={"openai_base_url": ""})
    with pytest.raises(SettingError), open_retriever(wrong, index):
        pass


@pytest.mark.slow
def test_without_the_setting_nothing_is_loaded(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from virtual_lab.settings import Settings\n"
        "from virtual_lab.bootstrap.library import open_index\n"
        "from virtual_lab.bootstrap.retriever import open_retriever\n"
        "settings = Settings(_env_file=None, data_dir=Path(sys.argv[1]), embeddings='')\n"
        "index = open_index(settings)\n"
        "with open_retriever(settings, index) as retriever: retriever.search(['food'], 3)\n"
        "index.close()\n"
        "assert not {'numpy', 'httpx2'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True, timeout=60)
    assert not (tmp_path / "vectors.sqlite3").exists()
