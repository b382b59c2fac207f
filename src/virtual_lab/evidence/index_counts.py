"""How many passages there are, and in how many a term stands, without walking over all of them.

FTS5 counts a term by walking over its passages, which takes long for a frequent one of a large
library. Those are counted once and the counts kept with every write; the others FTS5 counts.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

from virtual_lab.evidence.connection import SharedConnection

_MANY = 50_000  # passages; FTS5 counts a smaller library fast enough
_SHARE = 0.005  # of the passages: a term in more is frequent


def count(db: SharedConnection) -> int:
    """How many passages there are."""
    return int(db.execute("SELECT passages FROM total").fetchone()[0])


class Frequencies:
    """In how many passages terms stand. The searches of a run name the same terms again and again,
    so those that were asked for are known until the file changes."""

    def __init__(self, db: SharedConnection) -> None:
        self._db = db
        self._known: tuple[object, dict[str, int]] = (None, {})

    def of(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many passages each of the terms stands, each once, in their order."""
        version = self._db.version()
        if self._known[0] != version:
            self._known = (version, {})
        known = self._known[1]
        wanted = dict.fromkeys(terms)
        if missing := [term for term in wanted if term not in known]:
            rows = self._db.execute(
                "SELECT value, coalesce((SELECT passages FROM frequent WHERE term = value),"
                " (SELECT doc FROM passage_terms WHERE term = value), 0) FROM json_each(?)",
                (json.dumps(missing),),
            )
            known.update(iter(rows))
        return {term: known[term] for term in wanted}


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
            "UPDATE frequent SET passages = passages + ?2 WHERE term = ?1", terms.items()
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
