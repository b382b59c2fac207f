"""Wall time and peak memory of an extractive run over an indexed corpus, and how they grow.

    python -m benchmarks.research [DOCUMENTS] [--times 1 4 16]

Each run is a process of its own. The corpus is repeated with every copy's text made distinct, so
that the index really grows. Prints one JSON line; wall time is the median of three runs from the
start of the process, without and with the start of Python and its imports.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

QUESTION = "What toxicological information must an applicant provide for a novel food?"
RUNS = 3


def main() -> None:
    """Measure the corpus at each size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = Path(__file__).resolve().parents[2] / "shared" / "data" / "documents"
    parser.add_argument("documents", type=Path, nargs="?", default=default)
    parser.add_argument("--times", type=int, nargs="+", default=[1, 4, 16])
    parser.add_argument("--run", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.run:
        run_once(arguments.run)
        return
    sizes = {}
    for times in arguments.times:
        with tempfile.TemporaryDirectory() as scratch:
            path = Path(scratch) / "index.sqlite3"
            passages = build(path, arguments.documents, times)
            sizes[f"x{times}"] = {"passages": passages} | measure(path)
    print(json.dumps({"benchmark": "research", "question": QUESTION, **sizes}))


def build(path: Path, documents: Path, times: int) -> int:
    """Index the documents ``times`` times; gives the number of passages."""
    from virtual_lab.documents.sandbox import DocumentReader, find_documents
    from virtual_lab.library.sqlite.index import Index

    index = Index(path)
    with DocumentReader() as reader:
        for file in find_documents(documents):
            document = reader.read(file)
            for copy in range(times):
                text = document.text + (f"\n\n{copy}" if copy else "")
                index.add(document.model_copy(update={"text": text}), "benchmark")
    size = index.size()
    index.close()
    return size


def measure(path: Path) -> dict[str, float]:
    """Run the lab in fresh processes."""
    outcomes = []
    for _ in range(RUNS):
        started = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.research", "--run", str(path)],
            capture_output=True,
            check=True,
            text=True,
        )
        outcomes.append(json.loads(done.stdout) | {"total_s": time.perf_counter() - started})
    return {
        key: round(statistics.median(outcome[key] for outcome in outcomes), 3)
        for key in ("run_s", "total_s", "peak_mb", "findings")
    }


def run_once(path: Path) -> None:
    """One run in this process; prints its figures."""
    import asyncio

    from virtual_lab.analysts.extractive import ExtractiveAnalyst
    from virtual_lab.domain import Question
    from virtual_lab.lab import ResearchLab
    from virtual_lab.library.sqlite.index import Index
    from virtual_lab.retrieval.retriever import Retriever
    from virtual_lab.text.glossary import load_glossary

    started = time.perf_counter()
    index = Index(path)
    lab = ResearchLab(ExtractiveAnalyst(), Retriever(index, load_glossary()))
    report = asyncio.run(lab.research(Question(topic=QUESTION)))
    print(
        json.dumps(
            {
                "run_s": time.perf_counter() - started,
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "findings": len(report.findings()),
            }
        )
    )


if __name__ == "__main__":
    main()
