"""A large library: time to index, size, memory, search, and many readers beside one writer.

    python -m benchmarks.scale [--passages 1000000]

Prints one JSON line: times by the clock, and of the process's own work (``cpu``), which tells what
is due to other work of the machine. The library is synthetic (``benchmarks.synthetic``);
everything goes through the product's own index and search. What making the texts takes is not
counted.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from multiprocessing.queues import Queue
from pathlib import Path
from typing import Any

from benchmarks.synthetic import PASSAGES_PER_DOCUMENT, document, queries
from virtual_lab.library.sqlite.index import Index

COLLECTION = "synthetic"
DEPTH = 20
READERS = 20
PAUSE_S = 1.0  # of a reader between two searches
MEANWHILE_S = 30.0


def main() -> None:
    """Measure a library of so many passages."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--passages", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--folder", type=Path, help="keep the index there, and use it again")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        path = (arguments.folder or Path(scratch)) / "library.sqlite3"
        count = arguments.passages // PASSAGES_PER_DOCUMENT
        result: dict[str, object] = {"benchmark": "scale", "passages": arguments.passages}
        result["load_average"] = os.getloadavg()[0]
        if not path.exists():
            result |= _in_own_process(_index, path, count)
        result["file_bytes"] = sum(file.stat().st_size for file in path.parent.iterdir())
        result |= _in_own_process(_search, path, arguments.queries)
        result |= _meanwhile(path, count)
    print(json.dumps(result))


def _in_own_process(work: Any, path: Path, count: int) -> dict[str, object]:
    """What ``work`` gives, run in a process of its own so that its memory can be told."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        result: dict[str, object] = pool.apply(work, (path, count))
    return result


def _index(path: Path, count: int) -> dict[str, object]:
    """Index so many documents, one after another."""
    index = Index(path)
    spent = worked = 0.0
    for number in range(count):
        source, text, passages = document(number)
        started, cpu = time.perf_counter(), time.process_time()
        index.add_source(source, text, passages, COLLECTION)
        spent += time.perf_counter() - started
        worked += time.process_time() - cpu
    index.close()
    return {
        "index_s": round(spent, 1),
        "index_cpu_s": round(worked, 1),
        "index_rss_mb": _peak_mb(),
    }


def _search(path: Path, count: int) -> dict[str, object]:
    """Search with plain queries, and with long ones as the glossary makes them."""
    index = Index(path)
    result: dict[str, object] = {}
    for name, extra, collections in (
        ("search", 0, ()),
        ("search_collection", 0, (COLLECTION,)),
        ("search_long", 10, (COLLECTION,)),
    ):
        times, worked = [], []
        for query in queries(count, extra):
            started, cpu = time.perf_counter(), time.process_time()
            index.search(query, collections, DEPTH)
            times.append(time.perf_counter() - started)
            worked.append(time.process_time() - cpu)
        result |= _percentiles(name, times) | _percentiles(f"{name}_cpu", worked)
    index.close()
    return result | {"search_rss_mb": _peak_mb()}


def _meanwhile(path: Path, first: int) -> dict[str, object]:
    """Twenty processes search, each with a pause, while one adds documents."""
    context = multiprocessing.get_context("spawn")
    answers: Queue[tuple[list[float], int]] = context.Queue()
    until = time.time() + MEANWHILE_S + 10  # for the processes to start
    readers = [
        context.Process(target=_read, args=(path, seed, until, answers)) for seed in range(READERS)
    ]
    for reader in readers:
        reader.start()
    index = Index(path)
    written = []
    number = first
    while time.time() < until:
        source, text, passages = document(number)
        started = time.perf_counter()
        index.add_source(source, text, passages, "meanwhile")
        written.append(time.perf_counter() - started)
        number += 1
    given = [answers.get(timeout=120) for _ in readers]
    for reader in readers:
        reader.join()
    index.remove_collection("meanwhile")
    index.close()
    searches = [seconds for times, _ in given for seconds in times]
    return {
        "readers": READERS,
        "meanwhile_searches": len(searches),
        "meanwhile_errors": sum(errors for _, errors in given),
        **_percentiles("meanwhile", searches),
        "meanwhile_passages_per_s": round(len(written) * PASSAGES_PER_DOCUMENT / sum(written), 1),
        "meanwhile_write_max_s": round(max(written), 2),
    }


def _read(path: Path, seed: int, until: float, answers: Queue[tuple[list[float], int]]) -> None:
    index = Index(path)
    times: list[float] = []
    errors = 0
    mine = iter(queries(1_000, 5, seed + 1))
    while time.time() < until:
        started = time.perf_counter()
        try:
            index.search(next(mine), (COLLECTION,), DEPTH)
        except Exception:  # counted, whatever it is
            errors += 1
        times.append(time.perf_counter() - started)
        time.sleep(PAUSE_S)
    index.close()
    answers.put((times, errors))


def _percentiles(name: str, times: Sequence[float]) -> dict[str, object]:
    cuts = statistics.quantiles(times, n=20)
    return {
        f"{name}_p50_ms": round(1000 * statistics.median(times), 1),
        f"{name}_p95_ms": round(1000 * cuts[-1], 1),
        f"{name}_max_ms": round(1000 * max(times), 1),
    }


def _peak_mb() -> int:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


if __name__ == "__main__":
    main()
