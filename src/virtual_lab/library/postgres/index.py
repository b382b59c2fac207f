"""The document index in PostgreSQL, which several machines search and add to at once.

It ranks as the index in a file does: BM25 over the same prepared tokens, computed in the database
from a table of postings. (A GIN index of text-search vectors finds the same passages, but with
the vectors taken apart for the arithmetic it takes six times as long.)
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Sequence

from psycopg import sql

from virtual_lab.domain import Passage, Source
from virtual_lab.errors import NotFoundError
from virtual_lab.library.postgres.pool import Pool, writing
from virtual_lab.library.postgres.postings import forget_postings, weigh, write_postings
from virtual_lab.library.postgres.search import PostgresReader
from virtual_lab.postgres import BoundedConnection

_NOT_STORABLE = re.compile(r"[\x00\ud800-\udfff]")

_PASSAGES = """
COPY library.passage (number, source, start, section, page, language, text) FROM STDIN
"""


class PostgresIndex(PostgresReader):
    """The index over the connections of ``open_pool``, which stay open when it is closed.

    Args:
        pool: the connections of this process.
        installation: the id of this installation. The same path names another file on another
            machine, so each installation sees only the files that it added.
    """

    def __init__(self, pool: Pool, installation: str = "") -> None:
        self._pool = pool
        self.installation = installation
        self._here = f"{installation}:"

    def close(self) -> None:
        """Nothing is open between two calls."""

    def add_source(
        self, source: Source, text: str, passages: Sequence[Passage], collection: str
    ) -> bool:
        """Add a source, its full text and its passages; gives False where it was there already.

        PostgreSQL holds no NUL and no half of a surrogate pair; U+FFFD stands in their place.
        """
        known = self._rows("SELECT 1 FROM library.source WHERE id = %s", source.id)
        # Prepared before it is this machine's turn to write.
        weighed = [] if known else [weigh(source.title, p.section, p.text) for p in passages]
        with writing(self._pool) as connection:
            number = _number(connection, source.id)
            if number is None:
                number = _insert_source(connection, source, text)
                first = _next(connection, "passage")
                _insert_passages(connection, number, first, passages)
                weighed = weighed or [weigh(source.title, p.section, p.text) for p in passages]
                write_postings(connection, number, enumerate(weighed, first))
            return (
                connection.execute(
                    "INSERT INTO library.membership VALUES (%s, %s) ON CONFLICT DO NOTHING",
                    (collection, number),
                ).rowcount
                > 0
            )

    def remember_file(self, collection: str, path: str, stamp: str, source_id: str) -> None:
        """Keep which file a source of a collection came from, and what the file looked like."""
        with writing(self._pool) as connection:
            connection.execute(
                "INSERT INTO library.file SELECT %s, %s, %s, number FROM library.source"
                " WHERE id = %s ON CONFLICT (collection, path)"
                " DO UPDATE SET stamp = excluded.stamp, source = excluded.source",
                (collection, self._here + path, stamp, source_id),
            )

    def forget_file(self, collection: str, path: str) -> None:
        """Forget a file, and take its source out where no other file of the collection has it."""
        with writing(self._pool) as connection:
            row = connection.execute(
                "DELETE FROM library.file WHERE collection = %s AND path = %s RETURNING source",
                (collection, self._here + path),
            ).fetchone()
            if (
                row
                and not connection.execute(
                    "SELECT 1 FROM library.file WHERE collection = %s AND source = %s",
                    (collection, row[0]),
                ).fetchone()
            ):
                _drop(connection, collection, [row[0]])

    def remove(self, source_id: str, collection: str) -> None:
        """Take a source out of a collection.

        Raises:
            NotFoundError: the collection does not hold it.
        """
        with writing(self._pool) as connection:
            row = connection.execute(
                "SELECT source FROM library.membership JOIN library.source ON source = number"
                " WHERE collection = %s AND id = %s",
                (collection, source_id),
            ).fetchone()
            if row is None:
                raise NotFoundError(
                    "library.no_document_in_collection", document=source_id, collection=collection
                )
            _drop(connection, collection, [row[0]])

    def remove_collection(self, collection: str) -> int:
        """Remove a whole collection; gives how many documents it held.

        Raises:
            NotFoundError: there is no such collection.
        """
        with writing(self._pool) as connection:
            rows = connection.execute(
                "SELECT source FROM library.membership WHERE collection = %s", (collection,)
            ).fetchall()
            if not rows:
                raise NotFoundError("library.no_collection", collection=collection)
            _drop(connection, collection, [row[0] for row in rows])
        return len(rows)


def _number(connection: BoundedConnection, source_id: str) -> int | None:
    row = connection.execute(
        "SELECT number FROM library.source WHERE id = %s", (source_id,)
    ).fetchone()
    return row[0] if row else None


def _next(connection: BoundedConnection, table: str) -> int:
    """The number of the next row; no other machine writes meanwhile."""
    statement = sql.SQL("SELECT coalesce(max(number), 0) FROM {}").format(
        sql.Identifier("library", table)
    )
    row = connection.execute(statement).fetchone()
    return int(row[0]) + 1 if row else 1


def _insert_source(connection: BoundedConnection, source: Source, text: str) -> int:
    number = _next(connection, "source")
    connection.execute(
        "INSERT INTO library.source (number, id, record, text) VALUES (%s, %s, %s, %s)",
        (
            number,
            source.id,
            source.model_dump_json(exclude_defaults=True),
            zlib.compress(_storable(text).encode(), 6),
        ),
    )
    return number


def _insert_passages(
    connection: BoundedConnection, source: int, first: int, passages: Sequence[Passage]
) -> None:
    with connection.cursor() as cursor, cursor.copy(_PASSAGES) as rows:
        for number, passage in enumerate(passages, first):
            rows.write_row(
                (
                    number,
                    source,
                    passage.start,
                    json.dumps(passage.section),
                    passage.page,
                    passage.language,
                    _storable(passage.text),
                )
            )


def _drop(connection: BoundedConnection, collection: str, numbers: list[int]) -> None:
    """Take sources out of a collection, and out of the index where no other one holds them."""
    for statement in (
        "DELETE FROM library.membership WHERE collection = %s AND source = ANY(%s)",
        "DELETE FROM library.file WHERE collection = %s AND source = ANY(%s)",
    ):
        connection.execute(statement, (collection, numbers))
    rows = connection.execute(
        "SELECT number FROM unnest(%s::integer[]) AS number WHERE NOT EXISTS"
        " (SELECT 1 FROM library.membership WHERE source = number)",
        (numbers,),
    ).fetchall()
    alone = [row[0] for row in rows]
    if alone:
        forget_postings(connection, alone)
        connection.execute("DELETE FROM library.source WHERE number = ANY(%s)", (alone,))


def _storable(text: str) -> str:
    return _NOT_STORABLE.sub("\ufffd", text)
