"""Whether what stands in the library and what is found online are weighed alike.

    python -m benchmarks.balance DIR [--queries N] [--runs N]

Half of the documents of a data set stand in the library as they are; of the other half, each
passage is a source of its own under the heading that it stood under, as an abstract is that a
provider gives. Then the halves change places, so that every passage is both once: where the two
are weighed alike, as many of the relevant ones are found of either kind. The queries are those of
the half that may be tuned on. Prints one JSON line.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import statistics
import tempfile
from collections.abc import Collection, Sequence
from contextlib import closing
from pathlib import Path

from benchmarks.beir import Asked, fill, queries
from virtual_lab.analysts.extractive.analyst import ExtractiveAnalyst
from virtual_lab.domain import Question
from virtual_lab.lab.run import ResearchLab
from virtual_lab.library.sqlite.index import Index
from virtual_lab.retrieval.retriever import Retriever
from virtual_lab.text.glossary import load_glossary

DEPTH = 20


class Tally:
    """What was found, and what should have been."""

    def __init__(self) -> None:
        self.relevant: list[tuple[bool, bool]] = []
        self.found: list[float] = []
        self.first: list[bool] = []
        self.quoted: list[bool] = []

    def count(
        self, ranked: Sequence[str], wanted: Collection[str], online: Collection[str]
    ) -> None:
        """Count one search: the records found, best first, and those that are relevant."""
        self.relevant += [(record in online, record in ranked) for record in wanted]
        if ranked:
            self.found.append(statistics.fmean(record in online for record in ranked))
            self.first.append(ranked[0] in online)

    def figures(self) -> dict[str, float | None]:
        """Shares: of the relevant found by kind, and of the online ones among what was found."""

        def recall(kind: bool) -> float:
            return statistics.fmean(
                found for is_online, found in self.relevant if is_online is kind
            )

        return {
            f"recall@{DEPTH} local": round(recall(False), 3),
            f"recall@{DEPTH} online": round(recall(True), 3),
            f"online in {DEPTH}": round(statistics.fmean(self.found), 3),
            "online first": round(statistics.fmean(self.first), 3),
            "online in quotes": round(statistics.fmean(self.quoted), 3) if self.quoted else None,
            "quotes": len(self.quoted),
        }


def main() -> None:
    """Measure one data set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--queries", type=int, default=300, help="how many are searched")
    parser.add_argument("--runs", type=int, default=30, help="how many are answered by the lab")
    arguments = parser.parse_args()
    asked = [query for query in queries(arguments.folder) if query.tuning]
    asked.sort(key=lambda query: hashlib.sha256(query.id.encode()).digest())
    tally = Tally()
    for half in (0, 1):
        measure(arguments.folder, half, asked[: arguments.queries], arguments.runs, tally)
    print(json.dumps({"benchmark": "balance", "data": arguments.folder.name} | tally.figures()))


def measure(folder: Path, half: int, asked: Sequence[Asked], runs: int, tally: Tally) -> None:
    """Count what is found where the documents of one half are the online ones."""
    with (
        tempfile.TemporaryDirectory() as scratch,
        closing(Index(Path(scratch) / "index.sqlite3")) as index,
    ):
        records = fill(index, folder, apart=lambda document: _half(document) == half)
        online = {record for passage, record in records.items() if passage == f"{record}:0"}
        retriever = Retriever(index, load_glossary())
        for number, query in enumerate(asked):
            hits = retriever.search([query.text], DEPTH)
            tally.count([records[hit.passage.id] for hit in hits], query.gains.keys(), online)
            if number < runs:
                tally.quoted += [source in online for source in _quoted(retriever, query.text)]


def _quoted(retriever: Retriever, topic: str) -> list[str]:
    """The sources of the quotes of a report without a model."""
    lab = ResearchLab(ExtractiveAnalyst(), retriever)
    report = asyncio.run(lab.research(Question(topic=topic, rounds=1)))
    return [quote.source_id for each in report.findings().values() for quote in each.quotes]


def _half(document: str) -> int:
    return hashlib.sha256(document.encode()).digest()[0] % 2


if __name__ == "__main__":
    main()
