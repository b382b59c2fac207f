"""Retrieval quality and speed on a folder in the BEIR layout.

    python -m benchmarks.retrieval DIR [--store URL]

Prints one JSON line: nDCG@10 and recall@10 (trec_eval's definitions), queries and documents a
second, and the size of the index. Everything goes through the product's own index and search.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from virtual_lab.domain import Passage, Source
from virtual_lab.evidence.document_index import DocumentIndex
from virtual_lab.evidence.language import detect_language
from virtual_lab.evidence.opening import open_index
from virtual_lab.settings import Settings

DEPTH = 10


def main() -> None:
    """Measure one data set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--store", metavar="URL", help="an empty PostgreSQL database; a new SQLite file without it"
    )
    arguments = parser.parse_args()
    folder = arguments.folder
    relevant = _relevant(folder / "qrels.tsv")
    queries = [q for q in _lines(folder / "queries.jsonl") if q["_id"] in relevant]
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(data_dir=Path(scratch), DATABASE_URL=arguments.store)
        index = open_index(settings)
        if index.size():
            parser.error("the database holds documents already; name an empty one")
        started = time.perf_counter()
        documents = 0
        for record in _lines(folder / "corpus.jsonl"):
            _add(index, record)
            documents += 1
        indexed = time.perf_counter()
        found = {query["_id"]: _search(index, query["text"]) for query in queries}
        searched = time.perf_counter()
        result = {
            "benchmark": "retrieval",
            "data": folder.name,
            "store": "postgresql" if settings.postgres_url else "sqlite",
            "documents": documents,
            "queries": len(queries),
            "ndcg@10": round(_mean(ndcg(found[q], gains) for q, gains in relevant.items()), 4),
            "recall@10": round(_mean(recall(found[q], gains) for q, gains in relevant.items()), 4),
            "queries_per_s": round(len(queries) / (searched - indexed), 1),
            "documents_per_s": round(documents / (indexed - started), 1),
            "index_bytes": index.bytes_on_disk(),
        }
        index.close()
    print(json.dumps(result))


def ndcg(ranking: Sequence[str], gains: Mapping[str, int]) -> float:
    """Normalised discounted cumulative gain at ten, with linear gains."""
    got = sum(gains.get(d, 0) / math.log2(rank + 2) for rank, d in enumerate(ranking[:DEPTH]))
    ideal = sorted(gains.values(), reverse=True)[:DEPTH]
    best = sum(gain / math.log2(rank + 2) for rank, gain in enumerate(ideal))
    return got / best if best else 0.0


def recall(ranking: Sequence[str], gains: Mapping[str, int]) -> float:
    """The share of the relevant documents among the first ten."""
    wanted = {document for document, gain in gains.items() if gain > 0}
    return len(wanted & set(ranking[:DEPTH])) / len(wanted) if wanted else 0.0


def _add(index: DocumentIndex, record: Mapping[str, Any]) -> None:
    text = record["text"] or record["title"]
    source = Source(id=record["_id"], title=record["title"], language=detect_language(text))
    passage = Passage(
        id=f"{source.id}:0",
        source_id=source.id,
        text=text,
        start=0,
        end=len(text),
        language=source.language,
    )
    index.add_source(source, text, [passage], "benchmark")


def _search(index: DocumentIndex, query: str) -> list[str]:
    return [hit.passage.source_id for hit in index.search(query, limit=DEPTH)]


def _relevant(path: Path) -> dict[str, dict[str, int]]:
    relevant: dict[str, dict[str, int]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            relevant.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    return relevant


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def _mean(values: Iterator[float]) -> float:
    numbers = list(values)
    return sum(numbers) / len(numbers) if numbers else 0.0


if __name__ == "__main__":
    main()
