"""The reading half of the document index in SQLite: its sources, passages and searches."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any

from virtual_lab.domain import Passage, Source
from virtual_lab.errors import NotFoundError
from virtual_lab.library.index import (
    WEIGHTS,
    DocumentIndex,
    FileEntry,
    Hit,
    bm25_rarity,
    selective,
)
from virtual_lab.library.sqlite.connection import SharedConnection
from virtual_lab.library.sqlite.counts import Counts
from virtual_lab.library.sqlite.schema import (
    PASSAGES,
    SEARCH,
    SEARCH_TERM,
    SEARCH_WITHIN,
    passage_of,
)
from virtual_lab.library.sqlite.texts import read_text, with_texts
from virtual_lab.text.tokens import tokenise

_WEIGHTS = dict(zip(("title", "heading", "body"), WEIGHTS, strict=True))
_MOST_RANKED_PASSAGES = (
    75_000  # that are ranked for one query, unless its rarest term alone has more
)
# To compute scores, a query reads at most so many entries of terms, besides its rarest term's.
_MOST_SCORED_POSTINGS = 400_000
_OVERFETCH_FACTOR = (
    10  # times as many of the best are looked at as are wanted, for those of a collection
)


def expression(frequencies: Mapping[str, int]) -> tuple[str, int]:
    """The FTS5 expression that finds passages which hold any of some terms.

    Where together they stand in very many passages, one of the rarer ones has to stand there;
    the frequent ones still count for the score, but for those that would take too long to walk
    over. To rank by all of them, FTS5 wants all of them named beside those that have to stand
    there, so that the rarer ones are named twice; then the frequent ones are as well, and every
    score is twice BM25.

    Args:
        frequencies: in how many passages each term stands.

    Returns:
        the expression, and the factor by which its scores are larger than BM25.
    """
    terms = sorted(frequencies, key=lambda term: (frequencies[term], term))
    rows = list(accumulate(frequencies[term] for term in terms))
    count = max(1, bisect_right(rows, _MOST_RANKED_PASSAGES))
    rare, frequent = terms[:count], terms[count : bisect_right(rows, _MOST_SCORED_POSTINGS)]
    if not frequent:
        return _any(rare), 1
    return f"({_any(rare)}) AND ({_any((*rare, *frequent, *frequent))})", 2


def _any(terms: Iterable[str]) -> str:
    return " OR ".join(f'"{term}"' for term in terms)


class IndexReader(DocumentIndex):
    """The reading half of the index, over an open file."""

    _db: SharedConnection
    _counts: Counts

    def collections(self) -> dict[str, int]:
        """The names of the collections and how many documents each holds."""
        rows = self._db.execute(
            "SELECT collection, count(*) FROM membership GROUP BY collection ORDER BY collection"
        )
        return dict(rows.fetchall())

    def sources(self, collection: str | None = None) -> list[Source]:
        """The sources of a collection, or all, in the order in which they were added."""
        rows = self._db.execute(
            "SELECT record FROM source WHERE :collection IS NULL OR number IN"
            " (SELECT source FROM membership WHERE collection = :collection) ORDER BY number",
            {"collection": collection},
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
            raise NotFoundError("library.no_document", document=source_id)
        return Source.model_validate_json(row[0])

    def text(self, source_id: str) -> str:
        """The full extracted text of a source.

        Raises:
            NotFoundError: it is not in the index.
        """
        row = self._db.execute("SELECT number FROM source WHERE id = ?", (source_id,)).fetchone()
        if row is None:
            raise NotFoundError("library.no_document", document=source_id)
        return read_text(self._db, row[0])

    def files(self, collection: str) -> dict[str, FileEntry]:
        """The files of a collection by their path."""
        rows = self._db.execute(
            "SELECT path, stamp, id FROM file JOIN source ON source = number WHERE collection = ?",
            (collection,),
        )
        return {path: FileEntry(stamp, source_id) for path, stamp, source_id in rows}

    def files_of(self, source_id: str) -> list[tuple[str, FileEntry]]:
        """The files that a source came from, with their paths, in all collections."""
        rows = self._db.execute(
            "SELECT path, stamp FROM file JOIN source ON source = number WHERE id = ?"
            " ORDER BY collection, path",
            (source_id,),
        )
        return [(path, FileEntry(stamp, source_id)) for path, stamp in rows]

    def passage(self, passage_id: str) -> Passage:
        """One passage.

        Raises:
            NotFoundError: it is not in the index.
        """
        source_id, _, start = passage_id.rpartition(":")
        found = (
            self._passages("s.id = ? AND p.start = ?", source_id, int(start))
            if start.isdigit()
            else []
        )
        if not found:
            raise NotFoundError("library.no_passage", passage=passage_id)
        return found[0][1]

    def passages(self, source_id: str) -> list[Passage]:
        """All passages of a source, in reading order."""
        return [passage for _, passage in self._numbered(source_id)]

    def passage_counts(self, collection: str) -> dict[str, int]:
        """How many passages each source of a collection has, by its id."""
        rows = self._db.execute(
            "SELECT s.id, (SELECT count(*) FROM passage p WHERE p.source = s.number)"
            " FROM membership m JOIN source s ON s.number = m.source WHERE m.collection = ?",
            (collection,),
        )
        return dict(rows.fetchall())

    def single_passage_sources(self, sources: Iterable[str]) -> set[str]:
        """The ids among ``sources`` of those that have a single passage, as an abstract has."""
        rows = self._db.execute(
            "SELECT id FROM source WHERE id IN (SELECT value FROM json_each(?))"
            " AND (SELECT count(*) FROM"
            " (SELECT 1 FROM passage p WHERE p.source = source.number LIMIT 2)) = 1",
            (json.dumps(list(sources)),),
        )
        return {row[0] for row in rows}

    def size(self, collections: Sequence[str] = ()) -> int:
        """How many passages there are in some collections, or in all."""
        return self._counts.size(self._counts.part(collections))

    def bytes_on_disk(self) -> int:
        """The size of the index file, in bytes."""
        pages = self._db.execute("PRAGMA page_count").fetchone()[0]
        return int(pages * self._db.execute("PRAGMA page_size").fetchone()[0])

    def frequencies(self, tokens: Iterable[str], collections: Sequence[str] = ()) -> dict[str, int]:
        """In how many passages of some collections, or of all, each of some prepared tokens stands:
        each token once, in their order."""
        return self._counts.frequencies(tokens, self._counts.part(collections))

    def search(self, query: str, collections: Sequence[str] = (), limit: int = 20) -> list[Hit]:
        """The passages that match ``query`` best, best first.

        Args:
            query: words of any language; it is prepared like the passages.
            collections: where to look; everywhere where none is named.
            limit: how many passages at the most.
        """
        part = self._counts.part(collections)
        known = self._counts.frequencies(tokenise(query), part)
        terms = selective(known, self._counts.size(part))
        if not terms:
            return []
        if part:
            return self._search_part({term: known[term] for term in terms}, part, limit)
        match, times = expression({term: known[term] for term in terms})
        names = json.dumps(list(collections)) if collections else None
        arguments = {
            "match": match,
            **_WEIGHTS,
            "collections": names,
            "limit": limit,
            "looked_at": _OVERFETCH_FACTOR * limit if names else limit,
        }
        rows = self._found(SEARCH, arguments)
        seen_all = sum(known[term] for term in terms) <= _OVERFETCH_FACTOR * limit
        if names and len(rows) < limit and not seen_all:  # the best of all are mostly elsewhere
            rows = self._found(SEARCH_WITHIN, arguments)
        return [Hit(passage_of(row), -row[7] / times) for row in rows]

    def _search_part(
        self, frequencies: Mapping[str, int], part: tuple[str, ...], limit: int
    ) -> list[Hit]:
        """The same where words are counted in a part of the index.

        FTS5 ranks by how rare a term is in the whole index. BM25 is a sum over the terms, so each
        is asked for by itself, and its score changed by the ratio of its rarities.
        """
        names, size = json.dumps(part), self._counts.size(part)
        everywhere, whole = self._counts.frequencies(frequencies, ()), self._counts.size(())
        scores: dict[int, float] = defaultdict(float)
        for term, count in frequencies.items():
            scale = bm25_rarity(count, size) / bm25_rarity(everywhere[term], whole)
            arguments = {"term": term, **_WEIGHTS, "collections": names}
            for number, score in self._db.execute(SEARCH_TERM, arguments):
                scores[number] -= scale * score
        best = sorted(scores, key=lambda number: (-scores[number], number))[:limit]
        among_the_best = "p.number IN (SELECT value FROM json_each(?))"
        passages = dict(self._passages(among_the_best, json.dumps(best)))
        return [Hit(passages[number], scores[number]) for number in best]

    def _numbered(self, source_id: str) -> list[tuple[int, Passage]]:
        """The passages of a source with their numbers, in reading order."""
        return self._passages("s.id = ?", source_id)

    def _passages(self, condition: str, *parameters: object) -> list[tuple[int, Passage]]:
        rows = self._found(
            f"{PASSAGES} WHERE {condition} ORDER BY p.start, p.number, block",
            parameters,
        )
        return [(row[0], passage_of(row)) for row in rows]

    def _found(self, statement: str, parameters: Any) -> list[tuple[Any, ...]]:
        return list(with_texts(self._db.execute(statement, parameters)))
