"""The tables of the index file, and how their rows become passages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from virtual_lab.domain import Passage
from virtual_lab.text.tokens import tokenise

VERSION = "2"
"""Changes whenever the tables change. A file of version 1 is made over (``index_upgrade.py``), one
of an unknown version is not opened."""

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
"""A passage is the part of its source's text that begins at ``start``; ``index_texts.py`` keeps
the text in blocks. ``index_counts.py`` keeps ``total`` and ``frequent``."""

PASSAGES = """
    SELECT p.number, s.id, p.start, p.length, p.section, p.page, p.language,
        b.number AS block, b.data
    FROM passage p JOIN source s ON s.number = p.source
    LEFT JOIN block b ON b.number BETWEEN (p.source << 20) + p.start / 8192
        AND (p.source << 20) + (p.start + p.length - 1) / 8192
"""
"""Each passage with each of the blocks that its text stands in."""

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
"""That a passage is in one of the collections that the parameter names as a JSON list."""

SEARCH = _RANKED.format(
    passages=PASSAGES,
    found="""
        SELECT rowid AS number, bm25(passage_words, :title, :heading, :body) AS score
        FROM passage_words WHERE passage_words MATCH :match ORDER BY score LIMIT :looked_at
    """,
    chosen=f"WHERE :collections IS NULL OR {CHOSEN}",
)
"""Match expression, the weights of title, heading and body, names of collections as a JSON list
(NULL for all), ``limit``: how many to give, ``looked_at``: how many of the best to look at. A lower
score is better. Those of the best that are in the collections."""

SEARCH_WITHIN = _RANKED.format(
    passages=PASSAGES,
    found="""
        SELECT w.rowid AS number, bm25(passage_words, :title, :heading, :body) AS score
        FROM passage_words w JOIN passage p ON p.number = w.rowid
        WHERE passage_words MATCH :match AND {chosen} ORDER BY score LIMIT :limit
    """.replace("{chosen}", CHOSEN),
    chosen="",
)
"""The same, but the best of the collections: it looks at every passage that matches."""


SEARCH_TERM = """
SELECT passage_words.rowid, bm25(passage_words, :title, :heading, :body)
FROM passage_words JOIN passage p ON p.number = passage_words.rowid
WHERE passage_words MATCH '"' || :term || '"' AND {chosen}
""".replace("{chosen}", CHOSEN)
"""A term, the weights of title, heading and body, names of collections as a JSON list. The numbers
of their passages that hold the term, each with its score in the whole index."""

SIZE = "SELECT passages FROM total"
SIZE_WITHIN = "SELECT count(*) FROM passage p WHERE {chosen}".replace("{chosen}", CHOSEN)
"""How many passages there are, and how many in collections, named as a JSON list."""

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
"""In how many passages the terms of a JSON list stand; in the second, of collections."""


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


@lru_cache(maxsize=500)  # the searches of a run find the same passages
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
