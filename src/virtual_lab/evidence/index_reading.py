"""What can be asked of the document index: its sources, and the passages that match a query."""

from __future__ import annotations

import json
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any

from virtual_lab.domain import Passage, Source
from virtual_lab.errors import NotFoundError
from virtual_lab.evidence.connection import SharedConnection
from virtual_lab.evidence.document_index import WEIGHTS, DocumentIndex, FileEntry, Hit, selective
from virtual_lab.evidence.schema import PASSAGE_COLUMNS, SEARCH, SEARCH_WITHIN, passage_of
from virtual_lab.evidence.tokens import tokenise

_MOST_ROWS = 50_000  # that are ranked for one query, unless its rarest term alone has more
_SPARE = 10  # times as many of the best are looked at as are wanted, for those of a collection


def expression(frequencies: Mapping[str, int]) -> tuple[str, int]:
    """What to match for terms any of which may stand in a passage.

    Where together they stand in very many passages, one of the rarer ones has to stand there;
    the frequent ones still count for the score. To rank by all of them, FTS5 wants all of them
    named beside those that have to stand there, so that the rarer ones are named twice; then the
    frequent ones are as well, and every score is twice BM25.

    Args:
        frequencies: in how many passages each term stands.

    Returns:
        the expression, and how many times BM25 its scores are.
    """
    terms = sorted(frequencies, key=lambda term: (frequencies[term], term))
    rows = list(accumulate(frequencies[term] for term in terms))
    count = max(1, bisect_right(rows, _MOST_ROWS))
    rare, frequent = terms[:count], terms[count:]
    if not frequent:
        return _any(rare), 1
    return f"({_any(rare)}) AND ({_any((*rare, *frequent, *frequent))})", 2


def _any(terms: Iterable[str]) -> str:
    return " OR ".join(f'"{term}"' for term in terms)


class IndexReader(DocumentIndex):
    """The reading half of the index, over an open file."""

    _db: SharedConnection

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

    def source_ids(self, collections: Sequence[str] = ()) -> set[str]:
        """The ids of the sources of some collections, or of all."""
        if not collections:
            return {row[0] for row in self._db.execute("SELECT id FROM source")}
        rows = self._db.execute(
            "SELECT id FROM source WHERE number IN (SELECT source FROM membership"
            " WHERE collection IN (SELECT value FROM json_each(?)))",
            (json.dumps(list(collections)),),
        )
        return {row[0] for row in rows}

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

    def passage_counts(self, collection: str) -> dict[str, int]:
        """How many passages each source of a collection has, by its id."""
        rows = self._db.execute(
            "SELECT s.id, (SELECT count(*) FROM passage p WHERE p.source = s.number)"
            " FROM membership m JOIN source s ON s.number = m.source WHERE m.collection = ?",
            (collection,),
        )
        return dict(rows.fetchall())

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
        frequencies = {token: self.frequency(token) for token in dict.fromkeys(tokenise(query))}
        terms = selective(frequencies, self.size())
        if not terms:
            return []
        match, times = expression({term: frequencies[term] for term in terms})
        names = json.dumps(list(collections)) if collections else None
        rows = self._rows(SEARCH, match, names, _SPARE * limit if names else limit)
        if names and len(rows) < limit:  # the best of all are mostly elsewhere
            rows = self._rows(SEARCH_WITHIN, match, names, limit)
        return [Hit(passage_of(row), -row[7] / times) for row in rows[:limit]]

    def _rows(self, search: str, match: str, names: str | None, limit: int) -> list[Any]:
        return self._db.execute(search, (match, *WEIGHTS, names, limit)).fetchall()
