"""The vector store in PostgreSQL, beside the document index that several machines share there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from virtual_lab.library.embeddings.store import Place, Placed, VectorStore
from virtual_lab.library.postgres.pool import Pool, reading, writing

# The advisory lock of the process that embeds; ``pool.py`` has that of writers.
_EMBEDDING_LOCK_ID = 0x766C6C6A

_SCHEMA = """
CREATE TABLE IF NOT EXISTS library.vector (
    model text COLLATE "C" NOT NULL,
    key bytea NOT NULL,
    vector bytea NOT NULL,
    PRIMARY KEY (model, key)
);
CREATE SEQUENCE IF NOT EXISTS library.place_number;
CREATE TABLE IF NOT EXISTS library.place (
    number bigint PRIMARY KEY DEFAULT nextval('library.place_number'),
    model text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    passage text COLLATE "C" NOT NULL,
    key bytea NOT NULL,
    UNIQUE (model, source, passage)
);
CREATE INDEX IF NOT EXISTS place_by_source ON library.place (source);
"""


class PostgresVectors(VectorStore):
    """The vectors over the connections of ``open_pool``, which stay open when it is closed.

    Writers take turns with those of the index, so that numbers become visible in their order.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.name = pool.name
        if not self._rows("SELECT 1 WHERE to_regclass('library.place') IS NOT NULL"):
            with writing(pool) as connection:
                connection.execute(_SCHEMA)

    def close(self) -> None:
        """Nothing is open between two calls."""

    def known(self, model: str, keys: Collection[bytes]) -> set[bytes]:
        """Those of some keys that have a vector."""
        statement = "SELECT key FROM library.vector WHERE model = %s AND key = ANY(%s)"
        return {row[0] for row in self._rows(statement, model, list(keys))}

    def counts(self, model: str) -> dict[str, int]:
        """How many passages of each source have a vector, by the sources' ids."""
        statement = "SELECT source, count(*) FROM library.place WHERE model = %s GROUP BY source"
        return dict(self._rows(statement, model))

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Whether this process may embed the library; a connection holds the lock meanwhile."""
        with reading(self._pool) as connection:
            statement = connection.execute(
                "SELECT pg_try_advisory_lock(%s)", (_EMBEDDING_LOCK_ID,)
            ).fetchone()
            connection.commit()  # else its transaction would be open all the time
            mine = bool(statement and statement[0])
            try:
                yield mine
            finally:
                if mine and not connection.closed:
                    connection.execute("SELECT pg_advisory_unlock(%s)", (_EMBEDDING_LOCK_ID,))

    def places(self, model: str, source: str) -> dict[str, bytes]:
        """The keys of a source's passages, by the passages' ids."""
        statement = "SELECT passage, key FROM library.place WHERE model = %s AND source = %s"
        return dict(self._rows(statement, model, source))

    def add(self, model: str, vectors: Mapping[bytes, bytes], places: Sequence[Place]) -> None:
        """Keep vectors and which passages hold their texts, all or nothing."""
        with writing(self._pool) as connection, connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO library.vector VALUES (%s, %s, %s)"
                " ON CONFLICT (model, key) DO UPDATE SET vector = excluded.vector",
                [(model, key, vector) for key, vector in vectors.items()],
            )
            cursor.executemany(
                "INSERT INTO library.place (model, source, passage, key) VALUES (%s, %s, %s, %s)"
                " ON CONFLICT (model, source, passage)"
                " DO UPDATE SET key = excluded.key, number = excluded.number",
                [(model, *place) for place in places],
            )

    def next_after(self, model: str, number: int, limit: int) -> list[Placed]:
        """The first ``limit`` of the passages above a number that have a vector, by number."""
        statement = (
            "SELECT number, source, passage, vector"
            " FROM library.place JOIN library.vector USING (model, key)"
            " WHERE model = %s AND number > %s ORDER BY number LIMIT %s"
        )
        return list(map(Placed._make, self._rows(statement, model, number, limit)))

    def sources(self) -> set[str]:
        """The sources of which something is kept."""
        return {row[0] for row in self._rows("SELECT DISTINCT source FROM library.place")}

    def forget_model(self, model: str) -> None:
        """Forget all vectors of a model."""
        with writing(self._pool) as connection:
            connection.execute("DELETE FROM library.place WHERE model = %s", (model,))
            connection.execute("DELETE FROM library.vector WHERE model = %s", (model,))

    def forget(self, sources: Iterable[str]) -> None:
        """Forget sources, and the vectors that no passage holds any more."""
        with writing(self._pool) as connection:
            connection.execute("DELETE FROM library.place WHERE source = ANY(%s)", (list(sources),))
            connection.execute(
                "DELETE FROM library.vector v WHERE NOT EXISTS"
                " (SELECT 1 FROM library.place p WHERE p.model = v.model AND p.key = v.key)"
            )

    def _rows(self, statement: str, *parameters: Any) -> list[Any]:
        with reading(self._pool) as connection:
            return connection.execute(statement.encode(), parameters).fetchall()
