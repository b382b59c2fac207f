"""The document index: passages in SQLite, ranked by BM25 over prepared tokens (FTS5).

One file holds everything. Several processes may read while one writes (write-ahead log). The
full-text table stores no text of its own: what a passage was indexed with is computed again from
its text where it has to be taken out.
"""

from __future__ import annotations

import json
import math
import sqlite3
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from virtual_lab.domain import Passage, Source
from virtual_lab.errors import LibraryError, NotFoundError
from virtual_lab.evidence import tokens
from virtual_lab.evidence.connection import SharedConnection
from virtual_lab.evidence.documents import Document
from virtual_lab.evidence.schema import (
    PASSAGE_COLUMNS,
    SCHEMA,
    SEARCH,
    VERSION,
    columns,
    passage_of,
)
from virtual_lab.evidence.tokens import tokenise

_WEIGHTS = (1.0, 1.0, 1.0)  # of title, headings and text in BM25
_FREQUENT = 0.5  # share of the passages above which a term is dropped from a query
_BUSY_TIMEOUT_S = 30.0
_BUSY_PAUSE_S = 0.02


class Hit(NamedTuple):
    """A passage that a search found; a higher ``score`` is better."""

    passage: Passage
    score: float


class FileEntry(NamedTuple):
    """A file that was added to a collection, as it was then."""

    stamp: str
    source_id: str


class Index:
    """The index in the SQLite file at ``path``, made where it is missing.

    Args:
        path: the file; its folder is made as well.

    Raises:
        LibraryError: the file cannot be opened or is no index.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = SharedConnection(
                sqlite3.connect(
                    path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
                )
            )
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute("PRAGMA foreign_keys = ON")
            self._db.execute("PRAGMA cache_size = -32768")
            self._use_write_ahead_log()
            self._prepare()
        except (OSError, sqlite3.Error) as error:
            raise LibraryError(f"{path}: {error}") from None

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    # --- writing -----------------------------------------------------------------------------

    def add(self, document: Document, collection: str) -> bool:
        """Add a document to a collection; gives False where it was there already."""
        return self.add_source(document.source(), document.text, document.passages(), collection)

    def add_source(
        self, source: Source, text: str, passages: Sequence[Passage], collection: str
    ) -> bool:
        """Add a source, its full text and its passages; gives False where it was there already."""
        with self._writing():
            number = self._number(source.id)
            if number is None:
                number = self._insert(source, text, passages)
            cursor = self._db.execute(
                "INSERT OR IGNORE INTO membership VALUES (?, ?)", (collection, number)
            )
        return cursor.rowcount > 0

    def remember_file(self, collection: str, path: str, stamp: str, source_id: str) -> None:
        """Keep which file a source of a collection came from, and what the file looked like."""
        with self._writing():
            self._db.execute(
                "INSERT OR REPLACE INTO file SELECT ?, ?, ?, number FROM source WHERE id = ?",
                (collection, path, stamp, source_id),
            )

    def forget_file(self, collection: str, path: str) -> None:
        """Forget a file, and take its source out where no other file of the collection has it."""
        with self._writing():
            row = self._db.execute(
                "DELETE FROM file WHERE collection = ? AND path = ? RETURNING source",
                (collection, path),
            ).fetchone()
            if (
                row
                and not self._db.execute(
                    "SELECT 1 FROM file WHERE collection = ? AND source = ?", (collection, row[0])
                ).fetchone()
            ):
                self._drop(collection, row[0])

    def remove(self, source_id: str, collection: str) -> None:
        """Take a source out of a collection.

        Raises:
            NotFoundError: the collection does not hold it.
        """
        with self._writing():
            row = self._db.execute(
                "SELECT source FROM membership JOIN source ON source = number"
                " WHERE collection = ? AND id = ?",
                (collection, source_id),
            ).fetchone()
            if row is None:
                raise NotFoundError(f"document {source_id} in collection {collection}")
            self._drop(collection, row[0])

    def remove_collection(self, collection: str) -> int:
        """Remove a whole collection; gives how many documents it held.

        Raises:
            NotFoundError: there is no such collection.
        """
        with self._writing():
            numbers = [
                row[0]
                for row in self._db.execute(
                    "SELECT source FROM membership WHERE collection = ?", (collection,)
                )
            ]
            if not numbers:
                raise NotFoundError(f"collection {collection}")
            for number in numbers:
                self._drop(collection, number)
        return len(numbers)

    # --- reading -----------------------------------------------------------------------------

    def collections(self) -> dict[str, int]:
        """The names of the collections and how many documents each holds."""
        rows = self._db.execute(
            "SELECT collection, count(*) FROM membership GROUP BY collection ORDER BY collection"
        )
        return dict(rows.fetchall())

    def sources(self, collection: str | None = None) -> list[Source]:
        """The sources of a collection, or all, in the order in which they were added."""
        rows = self._db.execute(
            "SELECT record FROM source WHERE ?1 IS NULL"
            " OR number IN (SELECT source FROM membership WHERE collection = ?1) ORDER BY number",
            (collection,),
        )
        return [Source.model_validate_json(row[0]) for row in rows]

    def source(self, source_id: str) -> Source:
        """One source.

        Raises:
            NotFoundError: it is not in the index.
        """
        row = self._db.execute("SELECT record FROM source WHERE id = ?", (source_id,)).fetchone()
        if row is None:
            raise NotFoundError(f"document {source_id}")
        return Source.model_validate_json(row[0])

    def text(self, source_id: str) -> str:
        """The full extracted text of a source.

        Raises:
            NotFoundError: it is not in the index.
        """
        row = self._db.execute("SELECT text FROM source WHERE id = ?", (source_id,)).fetchone()
        if row is None:
            raise NotFoundError(f"document {source_id}")
        return zlib.decompress(row[0]).decode("utf-8", "surrogatepass")

    def files(self, collection: str) -> dict[str, FileEntry]:
        """The files of a collection by their path."""
        rows = self._db.execute(
            "SELECT path, stamp, id FROM file JOIN source ON source = number WHERE collection = ?",
            (collection,),
        )
        return {path: FileEntry(stamp, source_id) for path, stamp, source_id in rows}

    def passage(self, passage_id: str) -> Passage:
        """One passage.

        Raises:
            NotFoundError: it is not in the index.
        """
        source_id, _, start = passage_id.rpartition(":")
        row = None
        if start.isdigit():
            row = self._db.execute(
                f"SELECT {PASSAGE_COLUMNS} WHERE s.id = ? AND p.start = ?",
                (source_id, int(start)),
            ).fetchone()
        if row is None:
            raise NotFoundError(f"passage {passage_id}")
        return passage_of(row)

    def passages(self, source_id: str) -> list[Passage]:
        """All passages of a source, in reading order."""
        rows = self._db.execute(
            f"SELECT {PASSAGE_COLUMNS} WHERE s.id = ? ORDER BY p.start",
            (source_id,),
        )
        return [passage_of(row) for row in rows]

    def size(self) -> int:
        """How many passages there are."""
        return int(self._db.execute("SELECT count(*) FROM passage").fetchone()[0])

    def bytes_on_disk(self) -> int:
        """The size of the index file, in bytes."""
        pages = self._db.execute("PRAGMA page_count").fetchone()[0]
        return int(pages * self._db.execute("PRAGMA page_size").fetchone()[0])

    def frequency(self, token: str) -> int:
        """In how many passages a prepared token stands."""
        row = self._db.execute("SELECT doc FROM passage_terms WHERE term = ?", (token,)).fetchone()
        return int(row[0]) if row else 0

    def search(self, query: str, collections: Sequence[str] = (), limit: int = 20) -> list[Hit]:
        """The passages that match ``query`` best, best first.

        Args:
            query: words of any language; it is prepared like the passages.
            collections: where to look; everywhere where none is named.
            limit: how many passages at the most.
        """
        terms = self._selective(tokenise(query))
        if not terms:
            return []
        match = " OR ".join(f'"{term}"' for term in terms)
        names = json.dumps(list(collections)) if collections else None
        rows = self._db.execute(SEARCH, (match, *_WEIGHTS, names, limit))
        return [Hit(passage_of(row), -row[7]) for row in rows]

    def _selective(self, query: Sequence[str]) -> list[str]:
        """The distinct tokens that the index knows, without those that most passages hold."""
        known = {token: count for token in dict.fromkeys(query) if (count := self.frequency(token))}
        most = _FREQUENT * max(1, self.size())
        selective = [token for token, count in known.items() if count <= most]
        return selective or sorted(known, key=lambda token: known[token])[:1]

    def weight(self, token: str) -> float:
        """The inverse document frequency of a prepared token (Robertson and Zaragoza 2009)."""
        count, total = self.frequency(token), max(1, self.size())
        return math.log(1 + (total - min(count, total) + 0.5) / (count + 0.5))

    # --- inside ------------------------------------------------------------------------------

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction; all or nothing."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise LibraryError(f"{self._path}: {error}") from None
        try:
            yield
        except BaseException as error:
            self._db.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise LibraryError(f"{self._path}: {error}") from None
            raise
        self._db.execute("COMMIT")

    def _use_write_ahead_log(self) -> None:
        """Switch a new file to its log, also where another process does the same right now.

        SQLite does not wait for the other one here, whatever its time limit says.
        """
        until = time.monotonic() + _BUSY_TIMEOUT_S
        while True:
            try:
                self._db.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(_BUSY_PAUSE_S)

    def _prepare(self) -> None:
        """Make the tables; index everything again where the tokens have changed since."""
        if self._versions() == {"schema": VERSION, "tokens": str(tokens.VERSION)}:
            return
        self._db.executescript(f"BEGIN IMMEDIATE; {SCHEMA} COMMIT;")
        versions = self._versions()
        if versions.get("schema", VERSION) != VERSION:
            raise LibraryError(f"{self._path} was made by another version; move it away")
        if versions.get("tokens", str(tokens.VERSION)) != str(tokens.VERSION):
            self._index_again()
        with self._writing():
            self._db.executemany(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)",
                [("schema", VERSION), ("tokens", str(tokens.VERSION))],
            )

    def _versions(self) -> dict[str, str]:
        """What the file was made with; empty where it is new."""
        made = self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone()
        return dict(self._db.execute("SELECT key, value FROM meta").fetchall()) if made else {}

    def _index_again(self) -> None:
        with self._writing():
            self._db.execute("INSERT INTO passage_words(passage_words) VALUES ('delete-all')")
            for source in self.sources():
                for row in self._db.execute(
                    "SELECT number, section, text FROM passage"
                    " WHERE source = (SELECT number FROM source WHERE id = ?)",
                    (source.id,),
                ).fetchall():
                    self._index(row[0], source.title, json.loads(row[1]), row[2])

    def _number(self, source_id: str) -> int | None:
        row = self._db.execute("SELECT number FROM source WHERE id = ?", (source_id,)).fetchone()
        return row[0] if row else None

    def _insert(self, source: Source, text: str, passages: Sequence[Passage]) -> int:
        number = self._db.execute(
            "INSERT INTO source (id, record, text) VALUES (?, ?, ?) RETURNING number",
            (
                source.id,
                source.model_dump_json(exclude_defaults=True),
                zlib.compress(text.encode("utf-8", "surrogatepass"), 6),
            ),
        ).fetchone()[0]
        for passage in passages:
            row = self._db.execute(
                "INSERT INTO passage (source, start, section, page, language, text)"
                " VALUES (?, ?, ?, ?, ?, ?) RETURNING number",
                (
                    number,
                    passage.start,
                    json.dumps(passage.section, ensure_ascii=False),
                    passage.page,
                    passage.language,
                    passage.text,
                ),
            ).fetchone()
            self._index(row[0], source.title, passage.section, passage.text)
        return int(number)

    def _index(self, number: int, title: str, section: Sequence[str], text: str) -> None:
        self._db.execute(
            "INSERT INTO passage_words (rowid, title, heading, body) VALUES (?, ?, ?, ?)",
            (number, *columns(title, section, text)),
        )

    def _drop(self, collection: str, number: int) -> None:
        """Take a source out of a collection, and off the disk where no other one holds it."""
        self._db.execute(
            "DELETE FROM membership WHERE collection = ? AND source = ?", (collection, number)
        )
        self._db.execute(
            "DELETE FROM file WHERE collection = ? AND source = ?", (collection, number)
        )
        if self._db.execute("SELECT 1 FROM membership WHERE source = ?", (number,)).fetchone():
            return
        record = self._db.execute(
            "SELECT record FROM source WHERE number = ?", (number,)
        ).fetchone()[0]
        title = Source.model_validate_json(record).title
        for row in self._db.execute(
            "SELECT number, section, text FROM passage WHERE source = ?", (number,)
        ).fetchall():
            self._db.execute(
                "INSERT INTO passage_words (passage_words, rowid, title, heading, body)"
                " VALUES ('delete', ?, ?, ?, ?)",
                (row[0], *columns(title, json.loads(row[1]), row[2])),
            )
        self._db.execute("DELETE FROM source WHERE number = ?", (number,))
