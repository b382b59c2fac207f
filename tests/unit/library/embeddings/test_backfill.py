"""The library gets its vectors: each text once, in batches, in both stores, also after a kill."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from tests.unit.retrieval.test_retriever import document
from virtual_lab.errors import ModelRefusedError, ModelUnavailableError
from virtual_lab.library.embeddings.backfill import (
    CONCURRENT_REQUESTS,
    BackfillStep,
    EmbeddingFormat,
    embed_missing,
    forget_gone,
    missing_vector_counts,
    text_of,
)
from virtual_lab.library.embeddings.client import Embedder, EmbeddingTimeouts, Endpoint
from virtual_lab.library.embeddings.store import VectorStore
from virtual_lab.library.ephemeral import run_collection
from virtual_lab.library.index import DocumentIndex
from virtual_lab.library.postgres.index import PostgresIndex
from virtual_lab.library.postgres.pool import open_pool
from virtual_lab.library.postgres.vectors import PostgresVectors
from virtual_lab.library.sqlite.index import Index
from virtual_lab.library.sqlite.vectors import VectorFile
from virtual_lab.testing import ModelServer, RequestKind, Rule, ServerFault

PAGES = 10
IN_FOURS = EmbeddingFormat(batch=4)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def library(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[DocumentIndex, VectorStore]]:
    """An index of two documents, and an empty store of vectors beside it."""
    with ExitStack() as stack:
        index: DocumentIndex
        store: VectorStore
        if request.param == "postgresql":
            pool = open_pool(request.getfixturevalue("postgres_url"))
            stack.callback(pool.close)
            index, store = PostgresIndex(pool), PostgresVectors(pool)
        else:
            index = stack.enter_context(closing(Index(tmp_path / "library.sqlite3")))
            store = stack.enter_context(closing(VectorFile(tmp_path / "vectors.sqlite3")))
        pages = [(n, f"Page {n} speaks of matter {n}.") for n in range(1, PAGES + 1)]
        index.add(document("Long", *pages), "a")
        index.add(document("Short", (1, "Something else."), (2, "More of it.")), "b")
        yield index, store


Embed = Callable[..., int]


@pytest.fixture
def embed(library: tuple[DocumentIndex, VectorStore], server: ModelServer) -> Embed:
    index, store = library

    def embed(
        model: str = "m",
        *,
        collection: str | None = None,
        text_format: EmbeddingFormat = IN_FOURS,
        **options: Any,
    ) -> int:
        sources = [source.id for source in index.sources(collection)]
        endpoint = Endpoint(server.base_url, model)
        with closing(Embedder(endpoint, EmbeddingTimeouts(2, 0.01, 5.0))) as embedder:
            return embed_missing(index, store, embedder, sources, text_format, **options)

    return embed


def requests(server: ModelServer, count: int) -> list[list[str]]:
    """The texts of each request, once ``count`` are over: their clients know it a bit earlier."""
    until = time.monotonic() + 30
    while len(server.served) < count and time.monotonic() < until:
        time.sleep(0.01)
    return [served.body["input"] for served in server.served]


def sent(server: ModelServer) -> list[str]:
    return [text for served in server.served for text in served.body["input"]]


def kept(store: VectorStore, model: str = "m") -> int:
    return len(list(store.after(model, 0)))


def test_every_passage_gets_a_vector_and_no_text_is_sent_twice(
    library: tuple[DocumentIndex, VectorStore], embed: Embed, server: ModelServer
) -> None:
    index, store = library
    steps: list[BackfillStep] = []
    assert embed(on_progress=steps.append) == 12
    assert steps[-1] == BackfillStep(2, 2, 12)
    assert [len(texts) for texts in requests(server, 3)] == [4, 4, 4]
    assert kept(store) == index.size() == 12
    assert embed() == 0
    assert embed("other") == 12
    assert len(requests(server, 6)) == 6


def test_a_text_is_sent_with_the_title_and_the_prefix(embed: Embed, server: ModelServer) -> None:
    embed(text_format=EmbeddingFormat("passage: "), collection="b")
    texts = ["passage: Short\nSomething else.", "passage: Short\nMore of it."]
    assert requests(server, 1) == [texts]


def test_one_collection(embed: Embed, server: ModelServer) -> None:
    assert embed(collection="b") == 2
    assert embed() == 10


def test_the_same_text_in_another_passage_is_not_sent_again(
    library: tuple[DocumentIndex, VectorStore], embed: Embed, server: ModelServer
) -> None:
    index, store = library
    embed()
    index.add(document("Short", (1, "Something else."), (2, "New.")), "c")
    assert embed() == 1
    assert requests(server, 4)[-1] == ["Short\nNew."]
    assert kept(store) == 14


def test_another_model_has_vectors_of_its_own(
    library: tuple[DocumentIndex, VectorStore], embed: Embed, server: ModelServer
) -> None:
    _, store = library
    embed("m")
    assert embed("other") == 12
    assert embed("m") == 0
    store.forget_model("m")
    assert (kept(store, "m"), kept(store, "other")) == (0, 12)
    assert embed("m") == 12


def test_what_a_failure_interrupts_goes_on_there(
    library: tuple[DocumentIndex, VectorStore], embed: Embed, server: ModelServer
) -> None:
    _, store = library

    def fail_from_now_on(step: BackfillStep) -> None:
        server.lay(
            Rule(ServerFault.SERVER_ERROR, RequestKind.EMBEDDINGS, times=4)
        )  # two batches, twice

    with pytest.raises(ModelUnavailableError):
        embed(text_format=EmbeddingFormat(batch=2), on_progress=fail_from_now_on)
    assert kept(store) == 2 * CONCURRENT_REQUESTS
    assert embed() == 12 - 2 * CONCURRENT_REQUESTS


def test_what_comes_beside_a_failure_is_kept(
    library: tuple[DocumentIndex, VectorStore], embed: Embed, server: ModelServer
) -> None:
    _, store = library
    server.lay(Rule(ServerFault.UNAUTHORISED, RequestKind.EMBEDDINGS, times=1))
    with pytest.raises(ModelRefusedError):
        embed()
    assert kept(store) == 8
    assert embed() == 4


def test_whoever_is_told_to_stop_goes_on_there(
    library: tuple[DocumentIndex, VectorStore], embed: Embed
) -> None:
    _, store = library
    assert (
        embed(go_on=lambda: not kept(store), text_format=EmbeddingFormat(batch=1))
        == CONCURRENT_REQUESTS
    )
    assert embed() == 12 - CONCURRENT_REQUESTS


def test_what_lacks_a_vector_is_counted(
    library: tuple[DocumentIndex, VectorStore], embed: Embed
) -> None:
    index, store = library
    embed(collection="b")
    [(source, missing)] = missing_vector_counts(index, store, "m").items()
    assert (index.source(source).title, missing) == ("Long", PAGES)
    assert missing_vector_counts(index, store, "m", ["b"]) == {}
    assert sum(missing_vector_counts(index, store, "other").values()) == PAGES + 2
    index.add(document("Found", (1, "In passing.")), run_collection("r"))
    assert missing_vector_counts(index, store, "m") == {source: PAGES}
    assert sum(missing_vector_counts(index, store, "m", [run_collection("r")]).values()) == 1
    embed()
    assert missing_vector_counts(index, store, "m") == {}


def test_one_embeds_at_a_time(library: tuple[DocumentIndex, VectorStore]) -> None:
    _, store = library
    for _ in range(2):
        with store.turn() as first, store.turn() as second:
            assert (first, second) == (True, False)


def test_what_is_gone_from_the_index_is_forgotten(
    library: tuple[DocumentIndex, VectorStore], embed: Embed
) -> None:
    index, store = library
    embed()
    index.remove_collection("a")
    forget_gone(index, store)
    assert kept(store) == 2
    assert store.sources() == index.source_ids()
    index.add(document("Long", (1, "Page 1 speaks of matter 1.")), "a")
    assert embed() == 1  # its vector was removed with the document


def test_a_changed_text_takes_the_place_of_the_old_one(
    library: tuple[DocumentIndex, VectorStore], embed: Embed
) -> None:
    _, store = library
    embed()
    before = [placed.number for placed in store.after("m", 0)]
    assert embed(text_format=EmbeddingFormat("passage: ")) == 12
    after = [placed.number for placed in store.after("m", 0)]
    assert len(after) == 12
    assert min(after) > max(before)


SCRIPT = """
import sys
from contextlib import closing
from pathlib import Path
from virtual_lab.library.embeddings.client import Embedder, Endpoint, EmbeddingTimeouts
from virtual_lab.library.embeddings.backfill import EmbeddingFormat, embed_missing
from virtual_lab.library.sqlite.index import Index
from virtual_lab.library.sqlite.vectors import VectorFile

folder = Path(sys.argv[1])
with (
    closing(Index(folder / "library.sqlite3")) as index,
    closing(VectorFile(folder / "vectors.sqlite3")) as store,
    closing(Embedder(Endpoint(sys.argv[2], "m"), EmbeddingTimeouts(1, 0.1, 60.0))) as embedder,
):
    embed_missing(index, store, embedder, None, EmbeddingFormat(batch=2))
"""


@pytest.mark.slow
def test_a_kill_loses_no_more_than_was_under_way(tmp_path: Path) -> None:
    pages = 10 * CONCURRENT_REQUESTS
    with closing(Index(tmp_path / "library.sqlite3")) as index:
        texts = [(n, f"Page {n} speaks of matter {n}.") for n in range(1, pages + 1)]
        index.add(document("Long", *texts), "a")
    with ModelServer(latency_s=0.3) as server:
        arguments = [sys.executable, "-c", SCRIPT, str(tmp_path), server.base_url]
        process = subprocess.Popen(arguments)
        while len(server.served) < CONCURRENT_REQUESTS + 1 and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        before = len(sent(server))
        assert 2 * CONCURRENT_REQUESTS < before < pages
        subprocess.run(arguments, check=True, timeout=120)
        again = len(sent(server)) - pages
    # Those that were under way, and those whose answers were just read.
    assert 0 <= again <= 2 * 2 * CONCURRENT_REQUESTS
    with closing(VectorFile(tmp_path / "vectors.sqlite3")) as store:
        assert kept(store) == pages


def test_headings_stand_before_a_text() -> None:
    passage = document("T", (1, "Text.")).passages()[0]
    assert text_of("", passage) == "Text."
    placed = passage.model_copy(update={"section": ("Part 1", "Scope")})
    assert text_of("Title", placed) == "Title\nPart 1 > Scope\nText."
