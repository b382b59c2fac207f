"""How many passages there are, and in how many a term stands, without walking over all of them.

FTS5 counts a term by walking over its passages, which takes long for a frequent one of a large
library. Those are counted once and the counts kept with every write; the others FTS5 counts.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence

from virtual_lab.library.index import is_apart
from virtual_lab.library.sqlite.connection import SharedConnection
from virtual_lab.library.sqlite.schema import FREQUENCIES, FREQUENCIES_WITHIN, SIZE, SIZE_WITHIN

_MANY = 50_000  # passages; FTS5 counts a smaller library fast enough
_SHARE = 0.005  # of the passages: a term in more is frequent

_MOST_PARTS = 100  # that are known at once: every run has a collection of its own

_Part = tuple[str, ...]


class Counts:
    """How many passages there are and in how many terms stands, in the index or a part of it.

    The searches of a run ask for the same again and again, so what was asked for is known until
    the file changes.
    """

    def __init__(self, db: SharedConnection) -> None:
        self._db = db
        self._version: object = None
        self._sizes: dict[_Part, int] = {}
        self._terms: dict[_Part, dict[str, int]] = {}

    def part(self, collections: Sequence[str]) -> _Part:
        """The collections in whose passages alone words are counted; none for all passages."""
        named = tuple(sorted({*collections}))
        return named if named and is_apart(self.size(named), self.size(())) else ()

    def size(self, part: _Part) -> int:
        """How many passages there are in some collections, or in all."""
        self._renew()
        if part not in self._sizes:
            asked = {"collections": json.dumps(part)}
            rows = self._db.execute(SIZE_WITHIN if part else SIZE, asked)
            self._sizes[part] = int(rows.fetchone()[0])
        return self._sizes[part]

    def frequencies(self, terms: Iterable[str], part: _Part) -> dict[str, int]:
        """In how many passages each of the terms stands, each once, in their order."""
        self._renew()
        known = self._terms.setdefault(part, {})
        wanted = dict.fromkeys(terms)
        if missing := [term for term in wanted if term not in known]:
            asked = {"terms": json.dumps(missing), "collections": json.dumps(part)}
            rows = self._db.execute(FREQUENCIES_WITHIN if part else FREQUENCIES, asked)
            known.update(iter(rows))
        return {term: known[term] for term in wanted}

    def _renew(self) -> None:
        version = self._db.version()
        if self._version != version or len(self._sizes) > _MOST_PARTS:
            self._version, self._sizes, self._terms = version, {}, {}


def change(db: SharedConnection, passages: int, terms: Counter[str]) -> None:
    """Keep the counts right after a change to the passages.

    Args:
        passages: how many were added; fewer than 0 where they were taken out.
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
    if total >= _MANY and not counted / 2 < total < counted * 2:
        count_again(db)


def count_again(db: SharedConnection) -> None:
    """Count the passages, and find out which terms are frequent."""
    total = db.execute("SELECT count(*) FROM passage").fetchone()[0]
    counted = total if total >= _MANY else 0
    db.execute("UPDATE total SET passages = ?, counted = ?", (total, counted))
    db.execute("DELETE FROM frequent")
    if counted:
        db.execute(
            "INSERT INTO frequent SELECT term, doc FROM passage_terms WHERE doc > ?",
            (_SHARE * total,),
        )
