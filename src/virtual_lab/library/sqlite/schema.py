"""The tables of the index file, the statements that read them, and how rows become passages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from virtual_lab.domain import Passage
from virtual_lab.text.tokens import tokenise

VERSION = "2"
"""The version of the tables. A file of version 1 is upgraded (``upgrade.py``), and one of an
unknown version is not opened."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS source (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    record TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS membership (
    collection TEXT NOT NULL,
    source INTEGER NOT NULL REFERENCES source ON DELETE CASCADE,
    PRIMARY KEY (collection, source)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS file (
    collection TEXT NOT NULL,
    path TEXT NOT NULL,
    stamp TEXT NOT NULL,
    source INTEGER NOT NULL REFERENCES source ON DELETE CASCADE,
    PRIMARY KEY (collection, path)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS passage (
    number INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES source ON DELETE CASCADE,
    start INTEGER NOT NULL,
    length INTEGER NOT NULL,
    section TEXT NOT NULL,
    page INTEGER,
    language TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS passage_by_source ON passage (source, start);
CREATE TABLE IF NOT EXISTS block (number INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS total (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    passages INTEGER NOT NULL,
    counted INTEGER NOT NULL
);
INSERT OR IGNORE INTO total VALUES (1, 0, 0);
CREATE TABLE IF NOT EXISTS frequent (
    term TEXT PRIMARY KEY, passages INTEGER NOT NULL
) WITHOUT ROWID;
CREATE VIRTUAL TABLE IF NOT EXISTS passage_words USING fts5 (
    title, heading, body, content='', columnsize=1, tokenize="ascii tokenchars '_'"
);
CREATE VIRTUAL TABLE IF NOT EXISTS passage_terms USING fts5vocab (passage_words, 'row');
"""
"""The tables. A passage is the part of its source's text that begins at ``start``. ``texts.py``
stores the text in blocks, and ``counts.py`` writes ``total`` and ``frequent``."""

PASSAGES = """
    SELECT p.number, s.id, p.start, p.length, p.section, p.page, p.language,
        b.number AS block, b.data
    FROM passage p JOIN source s ON s.number = p.source
    LEFT JOIN block b ON b.number BETWEEN (p.source << 20) + p.start / 8192
        AND (p.source << 20) + (p.start + p.length - 1) / 8192
"""
"""One row for each passage and each block that holds a part of its text."""

_RANKED = """
SELECT p.*, best.score
FROM (
    SELECT p.number, found.score
    FROM ({found}) found JOIN passage p ON p.number = found.number
    {chosen}
    ORDER BY found.score, p.number LIMIT :limit
) best
CROSS JOIN ({passages}) p ON p.number = best.number
ORDER BY best.score, best.number, p.block
"""
CHOSEN = """
p.source IN (
    SELECT source FROM membership WHERE collection IN (SELECT value FROM json_each(:collections))
)
"""
"""The condition that a passage is in one of ``:collections``, a JSON list of names."""

SEARCH = _RANKED.format(
    passages=PASSAGES,
    found="""
        SELECT rowid AS number, bm25(passage_words, :title, :heading, :body) AS score
        FROM passage_words WHERE passage_words MATCH :match ORDER BY score LIMIT :looked_at
    """,
    chosen=f"WHERE :collections IS NULL OR {CHOSEN}",
)
"""The passages in some collections among the best of the whole index; a lower score is better.

Parameters: ``match`` is the FTS5 expression; ``title``, ``heading`` and ``body`` are their weights;
``collections`` is a JSON list of names, NULL for all; ``limit`` is how many passages are given,
``looked_at`` how many of the best of the index are read."""

SEARCH_WITHIN = _RANKED.format(
    passages=PASSAGES,
    found="""
        SELECT w.rowid AS number, bm25(passage_words, :title, :heading, :body) AS score
        FROM passage_words w JOIN passage p ON p.number = w.rowid
        WHERE passage_words MATCH :match AND {chosen} ORDER BY score LIMIT :limit
    """.replace("{chosen}", CHOSEN),
    chosen="",
)
"""The best passages of some collections, found by reading every passage that matches."""


SEARCH_TERM = """
SELECT passage_words.rowid, bm25(passage_words, :title, :heading, :body)
FROM passage_words JOIN passage p ON p.number = passage_words.rowid
WHERE passage_words MATCH '"' || :term || '"' AND {chosen}
""".replace("{chosen}", CHOSEN)
"""The numbers of the passages of some collections that hold ``term``, each with its score in the
whole index. Parameters as those of ``SEARCH``."""

SIZE = "SELECT passages FROM total"
SIZE_WITHIN = "SELECT count(*) FROM passage p WHERE {chosen}".replace("{chosen}", CHOSEN)
"""How many passages there are: in the whole index, and in ``collections`` (a JSON list)."""

FREQUENCIES = """
SELECT value, coalesce(
    (SELECT passages FROM frequent WHERE term = value),
    (SELECT doc FROM passage_terms WHERE term = value), 0
) FROM json_each(:terms)
"""
FREQUENCIES_WITHIN = """
SELECT value, (
    SELECT count(*) FROM passage_words JOIN passage p ON p.number = passage_words.rowid
    WHERE passage_words MATCH '"' || value || '"' AND {chosen}
) FROM json_each(:terms)
""".replace("{chosen}", CHOSEN)
"""In how many passages each of ``terms`` (a JSON list) stands: in the whole index, and in some
collections."""


def columns(title: str, section: Sequence[str], text: str) -> tuple[str, str, str]:
    """What a passage is indexed with: the prepared tokens of title, headings and text."""
    return (
        " ".join(tokenise(title)),
        " ".join(tokenise(" . ".join(section))),
        " ".join(tokenise(text)),
    )


def passage_of(row: Sequence[object]) -> Passage:
    """The passage in a row: number, id of the source, start, section, page, language, text."""
    return _passage(*row[1:7])


@lru_cache(maxsize=500)  # The searches of one run find the same passages again.
def _passage(
    source_id: Any, start: Any, section: Any, page: Any, language: Any, text: Any
) -> Passage:
    return Passage(
        id=f"{source_id}:{start}",
        source_id=source_id,
        text=text,
        start=start,
        end=start + len(text),
        section=tuple(json.loads(section)),
        page=page,
        language=language,
    )
