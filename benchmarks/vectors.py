"""Vectors of an OpenAI-compatible endpoint: the options of a benchmark, and what they ask for."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from contextlib import closing
from pathlib import Path

from virtual_lab.bootstrap.library import embedding_format_of, open_embedder, open_vectors
from virtual_lab.library.embeddings.backfill import embed_missing
from virtual_lab.library.embeddings.client import EmbeddingTimeouts
from virtual_lab.library.index import DocumentIndex
from virtual_lab.settings import Settings

_PATIENCE = EmbeddingTimeouts(attempts=5, backoff_s=1.0, attempt_s=600.0)


def add_options(parser: ArgumentParser) -> None:
    """Let the command line name an endpoint, its model, and what that wants before a text."""
    parser.add_argument(
        "--vectors", nargs=2, metavar=("URL", "MODEL"), help="search by vectors of this model too"
    )
    parser.add_argument("--query-prefix", default="", help="stands before every query")
    parser.add_argument("--passage-prefix", default="", help="stands before every passage")


def settings_of(arguments: Namespace, folder: Path, database: str | None = None) -> Settings:
    """The settings of a product that keeps its data in ``folder`` and uses those vectors."""
    url, model = arguments.vectors or ("", "")
    return Settings(
        data_dir=folder,
        DATABASE_URL=database,
        embeddings=model,
        embeddings_url=url,
        embeddings_query_prefix=arguments.query_prefix,
        embeddings_passage_prefix=arguments.passage_prefix,
    )


def embed(index: DocumentIndex, settings: Settings) -> dict[str, float]:
    """Compute the vectors that are missing, where a model is set; how many texts, and how fast."""
    if not settings.embeddings:
        return {}
    started = time.perf_counter()
    with (
        closing(open_embedder(settings, _PATIENCE)) as embedder,
        closing(open_vectors(settings)) as store,
    ):
        sent = embed_missing(index, store, embedder, None, embedding_format_of(settings))
    took = time.perf_counter() - started
    return {"embedded": sent} | ({"embedded_per_s": round(sent / took, 1)} if sent else {})
