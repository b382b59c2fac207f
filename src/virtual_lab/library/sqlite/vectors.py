"""The vectors of passages in a file of this machine, beside that of the index."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from virtual_lab.errors import LibraryError
from virtual_lab.library.embeddings.store import Place, Placed, VectorStore
from virtual_lab.library.sqlite.file import open_file, writing
from virtual_lab.private_files import make_file
from virtual_lab.sqlite import closed_on_error

_SCHEMA = """
CREATE TABLE IF NOT EXISTS vector (
    model TEXT NOT NULL, key BLOB NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (model, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS place (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    model TEXT NOT NULL,
    source TEXT NOT NULL,
    passage TEXT NOT NULL,
    key BLOB NOT NULL,
    UNIQUE (model, source, passage)
);
CREATE INDEX IF NOT EXISTS place_by_source ON place (source);
"""


class VectorFile(VectorStore):
    """The vectors in the SQLite file at ``path``, made where it is missing.

    Raises:
        LibraryError: the file cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._db = open_file(path)
            with closed_on_error(self._db):
                self._db.executescript(_SCHEMA)
                self.name = f"{path}#{path.stat().st_ino}"  # a file that replaces it is another one
        except (OSError, sqlite3.Error) as error:
            raise LibraryError("library.file", file=path, problem=error) from None

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def known(self, model: str, keys: Collection[bytes]) -> set[bytes]:
        """Those of some keys that have a vector."""
        found = "SELECT 1 FROM vector WHERE model = ? AND key = ?"
        return {key for key in keys if self._rows(found, model, key)}

    def counts(self, model: str) -> dict[str, int]:
        """How many passages of each source have a vector, by the sources' ids."""
        statement = "SELECT source, count(*) FROM place WHERE model = ? GROUP BY source"
        return dict(self._rows(statement, model))

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Whether this process may embed the library; the lock is that of a file beside."""
        path = self._path.with_suffix(".turn")
        try:
            make_file(path)
            lock = sqlite3.connect(path, timeout=0, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise LibraryError("library.file", file=path, problem=error) from None
        with closing(lock):
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError:
                yield False
            else:
                yield True

    def places(self, model: str, source: str) -> dict[str, bytes]:
        """The keys of a source's passages, by the passages' ids."""
        statement = "SELECT passage, key FROM place WHERE model = ? AND source = ?"
        return dict(self._rows(statement, model, source))

    def add(self, model: str, vectors: Mapping[bytes, bytes], places: Sequence[Place]) -> None:
        """Keep vectors and which passages hold their texts, all or nothing."""
        with writing(self._db, self._path):
            self._db.executemany(
                "INSERT OR REPLACE INTO vector VALUES (?, ?, ?)",
                [(model, key, vector) for key, vector in vectors.items()],
            )
            self._db.executemany(
                "INSERT OR REPLACE INTO place (model, source, passage, key) VALUES (?, ?, ?, ?)",
                [(model, *place) for place in places],
            )

    def next_after(self, model: str, number: int, limit: int) -> list[Placed]:
        """The first ``limit`` of the passages above a number that have a vector, by number."""
        statement = (
            "SELECT number, source, passage, vector FROM place JOIN vector USING (model, key)"
            " WHERE model = ? AND number > ? ORDER BY number LIMIT ?"
        )
        return list(map(Placed._make, self._rows(statement, model, number, limit)))

    def sources(self) -> set[str]:
        """The sources of which something is kept."""
        return {row[0] for row in self._rows("SELECT DISTINCT source FROM place")}

    def forget_model(self, model: str) -> None:
        """Forget all vectors of a model."""
        with writing(self._db, self._path):
            self._db.execute("DELETE FROM place WHERE model = ?", (model,))
            self._db.execute("DELETE FROM vector WHERE model = ?", (model,))

    def forget(self, sources: Iterable[str]) -> None:
        """Forget sources, and the vectors that no passage holds any more."""
        with writing(self._db, self._path):
            self._db.executemany(
                "DELETE FROM place WHERE source = ?", [(source,) for source in sources]
            )
            self._db.execute(
                "DELETE FROM vector WHERE (model, key) NOT IN (SELECT model, key FROM place)"
            )

    def _rows(self, statement: str, *parameters: object) -> list[Any]:
        try:
            return self._db.execute(statement, parameters).fetchall()
        except sqlite3.Error as error:
            raise LibraryError("library.file", file=self._path, problem=error) from None
