"""Pages a second through the whole pipeline: read, split, tokenise, index.

    python -m benchmarks.extraction PATH

PATH is a document or a folder. A document without pages counts a page for each 3,000 characters.
Prints one JSON line.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

from virtual_lab.documents.sandbox import DocumentReader
from virtual_lab.library.ingest import add_paths
from virtual_lab.library.sqlite.index import Index

CHARACTERS_PER_PAGE = 3_000


def main() -> None:
    """Measure one path."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    path = parser.parse_args().path
    with tempfile.TemporaryDirectory() as scratch:
        index = Index(Path(scratch) / "index.sqlite3")
        started = time.perf_counter()
        with DocumentReader() as reader:
            result = add_paths(index, [path], "benchmark", reader)
        seconds = time.perf_counter() - started
        pages = sum(
            file.pages or max(1, round(len(index.text(file.source_id)) / CHARACTERS_PER_PAGE))
            for file in result.files
            if file.source_id
        )
        print(
            json.dumps(
                {
                    "benchmark": "extraction",
                    "data": path.name,
                    "documents": result.counts["added"],
                    "not_read": result.counts["failed"],
                    "pages": pages,
                    "passages": index.size(),
                    "seconds": round(seconds, 3),
                    "pages_per_s": round(pages / seconds, 1),
                    "index_bytes": index.bytes_on_disk(),
                }
            )
        )
        index.close()


if __name__ == "__main__":
    main()
