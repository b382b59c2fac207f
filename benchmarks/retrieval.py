"""Retrieval quality and speed on a folder in the BEIR layout.

    python -m benchmarks.retrieval DIR [--half tuned|held-out] [--flat] [--plain] [--store URL]
                                   [--keep FOLDER] [--vectors URL MODEL]
                                   [--query-prefix TEXT] [--passage-prefix TEXT]

Prints one JSON line: nDCG@10 and recall@10 (trec_eval's definitions) of both halves of the
queries apart, queries and documents a second, the median time of a query, and the size of the
index. Everything goes through the product's own index and ranking. With --keep the index and
the vectors are kept, and a second measurement of the same data makes them no more.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from benchmarks import vectors
from benchmarks.beir import Asked, fill, queries
from virtual_lab.bootstrap.library import open_index
from virtual_lab.bootstrap.retriever import open_retriever
from virtual_lab.retrieval import rerank

DEPTH = 10


def main() -> None:
    """Measure one data set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", choices=("tuned", "held-out"), help="only these queries")
    parser.add_argument("--flat", action="store_true", help="each record is a document of its own")
    parser.add_argument("--plain", action="store_true", help="the index alone, without ranking")
    parser.add_argument(
        "--store", metavar="URL", help="an empty PostgreSQL database; a new SQLite file without it"
    )
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="keep the index there, and use it again"
    )
    vectors.add_options(parser)
    arguments = parser.parse_args()
    halves = [arguments.half] if arguments.half else ["tuned", "held-out"]
    asked = [query for query in queries(arguments.folder) if _half(query) in halves]
    with ExitStack() as stack:
        scratch = stack.enter_context(tempfile.TemporaryDirectory())
        settings = vectors.settings_of(arguments, arguments.keep or Path(scratch), arguments.store)
        index = stack.enter_context(closing(open_index(settings)))
        kept = index.size()
        if kept and not arguments.keep:
            parser.error("the database holds documents already; name an empty one")
        started = time.perf_counter()
        records = fill(index, arguments.folder, arguments.flat)
        indexed = time.perf_counter()
        embedded = vectors.embed(index, settings)
        dense = stack.enter_context(open_retriever(settings, index)).dense
        found: dict[str, list[str]] = {}
        took: list[float] = []
        for query in asked:
            before = time.perf_counter()
            if arguments.plain:
                hits = index.search(query.text, limit=DEPTH)
            else:
                hits = rerank.search(index, query.text, limit=DEPTH, dense=dense)
                if dense and dense.problem:
                    raise SystemExit(dense.problem)
            took.append(time.perf_counter() - before)
            found[query.id] = [records[hit.passage.id] for hit in hits]
        print(
            json.dumps(
                {
                    "benchmark": "retrieval",
                    "data": arguments.folder.name,
                    "store": "postgresql" if settings.postgres_url else "sqlite",
                    "passages": len(records),
                    "vectors": settings.embeddings or None,
                    **{half: _figures(asked, found, half) for half in halves},
                    "query_p50_ms": round(1000 * statistics.median(took), 2),
                    "queries_per_s": round(len(took) / sum(took), 1),
                    "documents_per_s": None
                    if kept
                    else round(len(records) / (indexed - started), 1),
                    **embedded,
                    "index_bytes": index.bytes_on_disk(),
                }
            )
        )


def ndcg(ranked: Sequence[str], gains: Mapping[str, int]) -> float:
    """Normalised discounted cumulative gain at ten, with linear gains."""
    got = sum(gains.get(d, 0) / math.log2(rank + 2) for rank, d in enumerate(ranked[:DEPTH]))
    ideal = sorted(gains.values(), reverse=True)[:DEPTH]
    best = sum(gain / math.log2(rank + 2) for rank, gain in enumerate(ideal))
    return got / best if best else 0.0


def recall(ranked: Sequence[str], gains: Mapping[str, int]) -> float:
    """The share of the relevant documents among the first ten."""
    wanted = {document for document, gain in gains.items() if gain > 0}
    return len(wanted & set(ranked[:DEPTH])) / len(wanted) if wanted else 0.0


def _figures(
    asked: Iterable[Asked], found: Mapping[str, Sequence[str]], half: str
) -> dict[str, float]:
    chosen = [query for query in asked if _half(query) == half]
    return {
        "queries": len(chosen),
        "ndcg@10": round(statistics.fmean(ndcg(found[q.id], q.gains) for q in chosen), 4),
        "recall@10": round(statistics.fmean(recall(found[q.id], q.gains) for q in chosen), 4),
    }


def _half(query: Asked) -> str:
    return "tuned" if query.tuning else "held-out"


if __name__ == "__main__":
    main()
