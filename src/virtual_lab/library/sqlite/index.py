"""The document index in SQLite: passages ranked by BM25 over their tokens (FTS5).

One file holds everything. Several processes may read while one writes (write-ahead log). The
full-text table stores no text of its own: what a passage was indexed with is computed again from
its text where it has to be taken out.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from virtual_lab.domain import Passage, Source
from virtual_lab.errors import LibraryError, NotFoundError
from virtual_lab.library.sqlite.counts import Counts, change, count_again
from virtual_lab.library.sqlite.file import open_file, writing
from virtual_lab.library.sqlite.schema import SCHEMA, VERSION, columns
from virtual_lab.library.sqlite.search import IndexReader
from virtual_lab.library.sqlite.texts import forget_text, write_text
from virtual_lab.library.sqlite.upgrade import upgrade
from virtual_lab.sqlite import closed_on_error
from virtual_lab.text import tokens


class Index(IndexReader):
    """The index in the SQLite file at ``path``, made where it is missing.

    Args:
        path: the file; its folder is made as well.

    Raises:
        LibraryError: the file cannot be opened or is no index.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._db = open_file(path)
            with closed_on_error(self._db):
                self._counts = Counts(self._db)
                self._prepare()
        except (OSError, sqlite3.Error) as error:
            raise LibraryError("library.file", file=path, problem=error) from None

    def close(self) -> None:
        """Close the file."""
        self._db.close()

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
                raise NotFoundError(
                    "library.no_document_in_collection", document=source_id, collection=collection
                )
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
                raise NotFoundError("library.no_collection", collection=collection)
            for number in numbers:
                self._drop(collection, number)
        return len(numbers)

    def _writing(self) -> AbstractContextManager[None]:
        return writing(self._db, self._path)

    def _prepare(self) -> None:
        """Make the tables; index everything again where the tokens have changed since."""
        if self._versions() == {"schema": VERSION, "tokens": str(tokens.VERSION)}:
            return
        self._db.executescript(f"BEGIN IMMEDIATE; {SCHEMA} COMMIT;")
        with self._writing():
            versions = self._versions()
            if versions.get("schema") == "1":
                upgrade(self._db)
            elif versions.get("schema", VERSION) != VERSION:
                raise LibraryError("library.other_version", file=self._path)
            if versions.get("tokens", str(tokens.VERSION)) != str(tokens.VERSION):
                self._index_again()
            self._db.executemany(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)",
                [("schema", VERSION), ("tokens", str(tokens.VERSION))],
            )

    def _versions(self) -> dict[str, str]:
        """What the file was made with; empty where it is new."""
        made = self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone()
        return dict(self._db.execute("SELECT key, value FROM meta").fetchall()) if made else {}

    def _index_again(self) -> None:
        self._db.execute("INSERT INTO passage_words(passage_words) VALUES ('delete-all')")
        for source in self.sources():
            for number, passage in self._numbered(source.id):
                self._index(number, source.title, passage.section, passage.text)
        count_again(self._db)

    def _number(self, source_id: str) -> int | None:
        row = self._db.execute("SELECT number FROM source WHERE id = ?", (source_id,)).fetchone()
        return row[0] if row else None

    def _insert(self, source: Source, text: str, passages: Sequence[Passage]) -> int:
        number = self._db.execute(
            "INSERT INTO source (id, record) VALUES (?, ?) RETURNING number",
            (source.id, source.model_dump_json(exclude_defaults=True)),
        ).fetchone()[0]
        write_text(self._db, number, text)
        terms: Counter[str] = Counter()
        for passage in passages:
            row = self._db.execute(
                "INSERT INTO passage (source, start, length, section, page, language)"
                " VALUES (?, ?, ?, ?, ?, ?) RETURNING number",
                (
                    number,
                    passage.start,
                    len(passage.text),
                    json.dumps(passage.section, ensure_ascii=False),
                    passage.page,
                    passage.language,
                ),
            ).fetchone()
            terms.update(self._index(row[0], source.title, passage.section, passage.text))
        change(self._db, len(passages), terms)
        return int(number)

    def _index(self, number: int, title: str, section: Sequence[str], text: str) -> set[str]:
        """Index a passage; gives its terms."""
        prepared = columns(title, section, text)
        self._db.execute(
            "INSERT INTO passage_words (rowid, title, heading, body) VALUES (?, ?, ?, ?)",
            (number, *prepared),
        )
        return set(" ".join(prepared).split())

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
        source = Source.model_validate_json(record)
        passages = self._numbered(source.id)
        terms: Counter[str] = Counter()
        for row, passage in passages:
            prepared = columns(source.title, passage.section, passage.text)
            self._db.execute(
                "INSERT INTO passage_words (passage_words, rowid, title, heading, body)"
                " VALUES ('delete', ?, ?, ?, ?)",
                (row, *prepared),
            )
            terms.subtract(set(" ".join(prepared).split()))
        forget_text(self._db, number)
        self._db.execute("DELETE FROM source WHERE number = ?", (number,))
        change(self._db, -len(passages), terms)
