"""Counts: how many passages there are, and in how many of them a term stands.

FTS5 counts a term by reading all its passages, which takes long for a frequent term of a large
library. So the counts of frequent terms are stored and updated with every write; those of the
other terms come from FTS5.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence

from virtual_lab.library.index import counts_words_apart
from virtual_lab.library.sqlite.connection import SharedConnection
from virtual_lab.library.sqlite.schema import FREQUENCIES, FREQUENCIES_WITHIN, SIZE, SIZE_WITHIN

# A library of fewer passages is counted by FTS5 fast enough.
_LARGE_LIBRARY_PASSAGES = 50_000
# A term that stands in more than this share of the passages is frequent.
_FREQUENT_TERM_SHARE = 0.005
# Counts of at most so many parts are cached: every run has a collection of its own.
_MOST_CACHED_PARTS = 100

_Part = tuple[str, ...]


class Counts:
    """How many passages there are, and in how many each term stands, in the index or a part of it.

    The searches of one run need the same counts many times, so counts are cached until the file
    changes.
    """

    def __init__(self, db: SharedConnection) -> None:
        self._db = db
        self._version: object = None
        self._sizes: dict[_Part, int] = {}
        self._terms: dict[_Part, dict[str, int]] = {}

    def part(self, collections: Sequence[str]) -> _Part:
        """The collections whose passages words are counted in; empty for all passages."""
        named = tuple(sorted({*collections}))
        return named if named and counts_words_apart(self.size(named), self.size(())) else ()

    def size(self, part: _Part) -> int:
        """How many passages there are in some collections, or in all."""
        self._forget_if_changed()
        if part not in self._sizes:
            parameters = {"collections": json.dumps(part)}
            rows = self._db.execute(SIZE_WITHIN if part else SIZE, parameters)
            self._sizes[part] = int(rows.fetchone()[0])
        return self._sizes[part]

    def frequencies(self, terms: Iterable[str], part: _Part) -> dict[str, int]:
        """In how many passages each of the terms stands, each once, in their order."""
        self._forget_if_changed()
        known = self._terms.setdefault(part, {})
        distinct = dict.fromkeys(terms)
        if missing := [term for term in distinct if term not in known]:
            parameters = {"terms": json.dumps(missing), "collections": json.dumps(part)}
            rows = self._db.execute(FREQUENCIES_WITHIN if part else FREQUENCIES, parameters)
            known.update(iter(rows))
        return {term: known[term] for term in distinct}

    def _forget_if_changed(self) -> None:
        version = self._db.version()
        if self._version != version or len(self._sizes) > _MOST_CACHED_PARTS:
            self._version, self._sizes, self._terms = version, {}, {}


def change(db: SharedConnection, passages: int, terms: Counter[str]) -> None:
    """Update the stored counts after passages were added or removed.

    Args:
        passages: how many were added; negative where they were removed.
        terms: in how many of them each term stands, with the same sign.
    """
    total, counted = db.execute(
        "UPDATE total SET passages = passages + ? RETURNING passages, counted", (passages,)
    ).fetchone()
    if counted:
        db.executemany(
            "UPDATE frequent SET passages = passages + ? WHERE term = ?",
            [(passages, term) for term, passages in terms.items()],
        )
    if total >= _LARGE_LIBRARY_PASSAGES and not counted / 2 < total < counted * 2:
        count_again(db)


def count_again(db: SharedConnection) -> None:
    """Count all passages anew, and store the counts of the terms that are frequent."""
    total = db.execute("SELECT count(*) FROM passage").fetchone()[0]
    counted = total if total >= _LARGE_LIBRARY_PASSAGES else 0
    db.execute("UPDATE total SET passages = ?, counted = ?", (total, counted))
    db.execute("DELETE FROM frequent")
    if counted:
        db.execute(
            "INSERT INTO frequent SELECT term, doc FROM passage_terms WHERE doc > ?",
            (_FREQUENT_TERM_SHARE * total,),
        )
