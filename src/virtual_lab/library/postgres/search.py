"""The reading half of the document index in PostgreSQL: its sources, passages and searches."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import Any

from virtual_lab.domain import Passage, Source
from virtual_lab.errors import NotFoundError
from virtual_lab.library.index import (
    DocumentIndex,
    FileEntry,
    Hit,
    bm25_rarity,
    counts_words_apart,
    selective,
)
from virtual_lab.library.postgres.pool import Pool, reading
from virtual_lab.library.postgres.schema import (
    FREQUENCIES,
    FREQUENCIES_WITHIN,
    PASSAGE_COLUMNS,
    SEARCH,
    SIZE,
    SIZE_WITHIN,
)
from virtual_lab.library.sqlite.schema import passage_of
from virtual_lab.postgres import BoundedConnection
from virtual_lab.text.tokens import tokenise


class PostgresReader(DocumentIndex):
    """The reading half of the index."""

    _pool: Pool
    _here: str

    def collections(self) -> dict[str, int]:
        """The names of the collections and how many documents each holds."""
        return dict(
            self._rows(
                "SELECT collection, count(*) FROM library.membership"
                " GROUP BY collection ORDER BY collection"
            )
        )

    def sources(self, collection: str | None = None) -> list[Source]:
        """The sources of a collection, or all, in the order in which they were added."""
        rows = self._rows(
            "SELECT record FROM library.source WHERE %s::text IS NULL OR number IN"
            " (SELECT source FROM library.membership WHERE collection = %s) ORDER BY number",
            collection,
            collection,
        )
        return [Source.model_validate_json(row[0]) for row in rows]

    def source_ids(self, collections: Sequence[str] = ()) -> set[str]:
        """The ids of the sources of some collections, or of all."""
        names = list(collections) or None
        rows = self._rows(
            "SELECT id FROM library.source WHERE %s::text[] IS NULL OR number IN"
            " (SELECT source FROM library.membership WHERE collection = ANY(%s))",
            names,
            names,
        )
        return {row[0] for row in rows}

    def source(self, source_id: str) -> Source:
        """One source.

        Raises:
            NotFoundError: it is not in the index.
        """
        rows = self._rows("SELECT record FROM library.source WHERE id = %s", source_id)
        if not rows:
            raise NotFoundError("library.no_document", document=source_id)
        return Source.model_validate_json(rows[0][0])

    def text(self, source_id: str) -> str:
        """The full extracted text of a source.

        Raises:
            NotFoundError: it is not in the index.
        """
        rows = self._rows("SELECT text FROM library.source WHERE id = %s", source_id)
        if not rows:
            raise NotFoundError("library.no_document", document=source_id)
        return zlib.decompress(rows[0][0]).decode("utf-8")

    def files(self, collection: str) -> dict[str, FileEntry]:
        """The files of a collection by their path."""
        rows = self._rows(
            "SELECT path, stamp, id FROM library.file JOIN library.source ON source = number"
            " WHERE collection = %s AND starts_with(path, %s)",
            collection,
            self._here,
        )
        return {
            path.removeprefix(self._here): FileEntry(stamp, source_id)
            for path, stamp, source_id in rows
        }

    def files_of(self, source_id: str) -> list[tuple[str, FileEntry]]:
        """The files that a source came from, with their paths, in all collections."""
        rows = self._rows(
            "SELECT path, stamp FROM library.file JOIN library.source ON source = number"
            " WHERE id = %s AND starts_with(path, %s) ORDER BY collection, path",
            source_id,
            self._here,
        )
        return [
            (path.removeprefix(self._here), FileEntry(stamp, source_id)) for path, stamp in rows
        ]

    def passage(self, passage_id: str) -> Passage:
        """One passage.

        Raises:
            NotFoundError: it is not in the index.
        """
        source_id, _, start = passage_id.rpartition(":")
        rows = (
            self._rows(
                f"SELECT {PASSAGE_COLUMNS} WHERE s.id = %s AND p.start = %s", source_id, int(start)
            )
            if start.isdigit()
            else []
        )
        if not rows:
            raise NotFoundError("library.no_passage", passage=passage_id)
        return passage_of(rows[0])

    def passages(self, source_id: str) -> list[Passage]:
        """All passages of a source, in reading order."""
        rows = self._rows(f"SELECT {PASSAGE_COLUMNS} WHERE s.id = %s ORDER BY p.start", source_id)
        return [passage_of(row) for row in rows]

    def passage_counts(self, collection: str) -> dict[str, int]:
        """How many passages each source of a collection has, by its id."""
        return dict(
            self._rows(
                "SELECT s.id, (SELECT count(*) FROM library.passage p WHERE p.source = s.number)"
                " FROM library.membership m JOIN library.source s ON s.number = m.source"
                " WHERE m.collection = %s",
                collection,
            )
        )

    def single_passage_sources(self, sources: Iterable[str]) -> set[str]:
        """The ids among ``sources`` of those that have a single passage, as an abstract has."""
        rows = self._rows(
            "SELECT id FROM library.source s WHERE id = ANY(%s)"
            " AND (SELECT count(*) FROM"
            " (SELECT 1 FROM library.passage p WHERE p.source = s.number LIMIT 2) few) = 1",
            list(sources),
        )
        return {row[0] for row in rows}

    def size(self, collections: Sequence[str] = ()) -> int:
        """How many passages there are in some collections, or in all."""
        with reading(self._pool) as connection:
            return _counted(connection, collections)[1]

    def bytes_on_disk(self) -> int:
        """The size of the tables of the index with what belongs to them, in bytes."""
        rows = self._rows(
            "SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'library'::regnamespace"
        )
        return int(rows[0][0])

    def frequencies(self, tokens: Iterable[str], collections: Sequence[str] = ()) -> dict[str, int]:
        """In how many passages of some collections, or of all, each of some prepared tokens stands:
        each token once, in their order."""
        with reading(self._pool) as connection:
            return _frequencies(connection, tokens, _counted(connection, collections)[0])

    def search(self, query: str, collections: Sequence[str] = (), limit: int = 20) -> list[Hit]:
        """The passages that match ``query`` best, best first.

        Args:
            query: words of any language; it is prepared like the passages.
            collections: where to look; everywhere where none is named.
            limit: how many passages at the most.
        """
        with reading(self._pool) as connection:
            part, size = _counted(connection, collections)
            known = _frequencies(connection, tokenise(query), part)
            terms = selective(known, size)
            if not terms:
                return []
            rows = connection.execute(
                SEARCH,
                {
                    "terms": terms,
                    "rarities": [bm25_rarity(known[term], size) for term in terms],
                    "collections": list(collections) or None,
                    "limit": limit,
                },
            ).fetchall()
        return [Hit(passage_of(row), row[7]) for row in rows]

    def _rows(self, statement: str, *parameters: Any) -> list[Any]:
        with reading(self._pool) as connection:
            return connection.execute(statement.encode(), parameters).fetchall()


def _counted(connection: BoundedConnection, collections: Sequence[str]) -> tuple[list[str], int]:
    """The collections in whose passages alone words are counted, none for all passages; and how
    many passages these are."""
    [[whole]] = connection.execute(SIZE).fetchall()
    if collections and counts_words_apart(0, whole):
        named = list(collections)
        [[part]] = connection.execute(SIZE_WITHIN, {"collections": named}).fetchall()
        if counts_words_apart(part, whole):
            return named, part
    return [], whole


def _frequencies(
    connection: BoundedConnection, tokens: Iterable[str], part: list[str]
) -> dict[str, int]:
    asked = list(dict.fromkeys(tokens))
    statement = FREQUENCIES_WITHIN if part else FREQUENCIES
    rows = connection.execute(statement, {"terms": asked, "collections": part}).fetchall()
    return dict.fromkeys(asked, 0) | dict(rows)
