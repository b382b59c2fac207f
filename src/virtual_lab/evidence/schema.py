"""The tables of the index file, and how their rows become passages."""

from __future__ import annotations

import json
from collections.abc import Sequence

from virtual_lab.domain import Passage
from virtual_lab.evidence.tokens import tokenise

VERSION = "1"
"""Changes whenever the tables change: a file of another version is not opened."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS source (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    record TEXT NOT NULL,
    text BLOB NOT NULL
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
    section TEXT NOT NULL,
    page INTEGER,
    language TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS passage_by_source ON passage (source, start);
CREATE VIRTUAL TABLE IF NOT EXISTS passage_words USING fts5 (
    title, heading, body, content='', columnsize=1, tokenize="ascii tokenchars '_'"
);
CREATE VIRTUAL TABLE IF NOT EXISTS passage_terms USING fts5vocab (passage_words, 'row');
"""

PASSAGE_COLUMNS = """
    p.number, s.id, p.start, p.section, p.page, p.language, p.text
    FROM passage p JOIN source s ON s.number = p.source
"""

_RANKED = """
SELECT p.number, s.id, p.start, p.section, p.page, p.language, p.text, found.score
FROM ({found}) found
JOIN passage p ON p.number = found.number
JOIN source s ON s.number = p.source
{chosen}
ORDER BY found.score, p.number
"""
_CHOSEN = """
p.source IN (
    SELECT source FROM membership WHERE collection IN (SELECT value FROM json_each(?5))
)
"""

SEARCH = _RANKED.format(
    found="""
        SELECT rowid AS number, bm25(passage_words, ?2, ?3, ?4) AS score
        FROM passage_words WHERE passage_words MATCH ?1 ORDER BY score LIMIT ?6
    """,
    chosen=f"WHERE ?5 IS NULL OR {_CHOSEN}",
)
"""Match expression, the weights of title, headings and text, names of collections as a JSON list
(NULL for all), limit. A lower score is better. Those of the best that are in the collections."""

SEARCH_WITHIN = _RANKED.format(
    found="""
        SELECT w.rowid AS number, bm25(passage_words, ?2, ?3, ?4) AS score
        FROM passage_words w JOIN passage p ON p.number = w.rowid
        WHERE passage_words MATCH ?1 AND {chosen} ORDER BY score LIMIT ?6
    """.replace("{chosen}", _CHOSEN),
    chosen="",
)
"""The same, but the best of the collections: it looks at every passage that matches."""


def columns(title: str, section: Sequence[str], text: str) -> tuple[str, str, str]:
    """What a passage is indexed with: the prepared tokens of title, headings and text."""
    return (
        " ".join(tokenise(title)),
        " ".join(tokenise(" . ".join(section))),
        " ".join(tokenise(text)),
    )


def passage_of(row: Sequence[object]) -> Passage:
    """The passage in a row of ``PASSAGE_COLUMNS``."""
    _, source_id, start, section, page, language, text = row[:7]
    begin = int(str(start))
    return Passage(
        id=f"{source_id}:{begin}",
        source_id=str(source_id),
        text=str(text),
        start=begin,
        end=begin + len(str(text)),
        section=tuple(json.loads(str(section))),
        page=None if page is None else int(str(page)),
        language=str(language),
    )
