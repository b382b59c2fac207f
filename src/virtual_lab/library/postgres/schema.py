"""The tables of the document index in PostgreSQL, and the statements that read them.

They are in a schema of their own, beside the tables of the runs, and correspond to the tables of
the same name in ``sqlite/schema.py``. What FTS5 stores internally is a table here: ``posting``
holds a row for each token of each passage, ``term`` in how many passages a token stands, and
``total`` how many passages and tokens there are.
"""

from __future__ import annotations

VERSION = "1"
"""The version of the tables. A database with another one is not opened."""

SCHEMA = """
CREATE SCHEMA IF NOT EXISTS library;
CREATE TABLE IF NOT EXISTS library.meta (key text PRIMARY KEY, value text NOT NULL);
CREATE TABLE IF NOT EXISTS library.source (
    number integer PRIMARY KEY,
    id text NOT NULL UNIQUE,
    record text NOT NULL,
    text bytea NOT NULL
);
CREATE TABLE IF NOT EXISTS library.membership (
    collection text COLLATE "C" NOT NULL,
    source integer NOT NULL REFERENCES library.source ON DELETE CASCADE,
    PRIMARY KEY (collection, source)
);
CREATE INDEX IF NOT EXISTS membership_by_source ON library.membership (source);
CREATE TABLE IF NOT EXISTS library.file (
    collection text COLLATE "C" NOT NULL,
    path text COLLATE "C" NOT NULL,
    stamp text NOT NULL,
    source integer NOT NULL REFERENCES library.source ON DELETE CASCADE,
    PRIMARY KEY (collection, path)
);
CREATE INDEX IF NOT EXISTS file_by_source ON library.file (source);
CREATE TABLE IF NOT EXISTS library.passage (
    number integer PRIMARY KEY,
    source integer NOT NULL REFERENCES library.source ON DELETE CASCADE,
    start integer NOT NULL,
    section text NOT NULL,
    page integer,
    language text NOT NULL,
    text text NOT NULL
);
CREATE INDEX IF NOT EXISTS passage_by_source ON library.passage (source, start);
CREATE TABLE IF NOT EXISTS library.posting (
    term text COLLATE "C" NOT NULL,
    passage integer NOT NULL,
    weight real NOT NULL,
    length integer NOT NULL,
    source integer NOT NULL
);
CREATE INDEX IF NOT EXISTS posting_by_term
    ON library.posting (term) INCLUDE (passage, weight, length, source);
CREATE INDEX IF NOT EXISTS posting_by_source ON library.posting (source);
CREATE TABLE IF NOT EXISTS library.term (
    term text COLLATE "C" PRIMARY KEY, passages integer NOT NULL
) WITH (fillfactor = 70);
CREATE TABLE IF NOT EXISTS library.total (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    passages bigint NOT NULL,
    tokens bigint NOT NULL
) WITH (fillfactor = 10);
INSERT INTO library.total (passages, tokens) VALUES (0, 0) ON CONFLICT DO NOTHING;
"""
"""``weight`` is how often the token stands in the passage, each field counted with its weight;
``length`` is how many tokens the passage has; ``path`` begins with the installation whose file
it is."""

PASSAGE_COLUMNS = """
    p.number, s.id, p.start, p.section, p.page, p.language, p.text
    FROM library.passage p JOIN library.source s ON s.number = p.source
"""

SEARCH = """
SELECT p.number, s.id, p.start, p.section, p.page, p.language, p.text, found.score
FROM (
    SELECT w.passage AS number, sum(
        q.rarity * w.weight * 2.2::float8
        / (w.weight + 1.2::float8 * (0.25::float8 + 0.75::float8 * w.length / total.mean))
    ) AS score
    FROM (SELECT tokens::float8 / passages AS mean FROM library.total) total
    CROSS JOIN unnest(%(terms)s::text[], %(rarities)s::float8[]) q(term, rarity)
    JOIN library.posting w ON w.term = q.term COLLATE "C"
    WHERE %(collections)s::text[] IS NULL OR w.source IN (
        SELECT source FROM library.membership WHERE collection = ANY(%(collections)s)
    )
    GROUP BY w.passage
    ORDER BY score DESC, w.passage LIMIT %(limit)s
) found
JOIN library.passage p ON p.number = found.number
JOIN library.source s ON s.number = p.source
ORDER BY found.score DESC, p.number
"""
"""BM25 as FTS5's ``bm25()`` computes it, with k1 = 1.2 and b = 0.75: the sum over the terms of
``rarity * f * (k1 + 1) / (f + k1 * (1 - b + b * length / mean length))``.
<https://www.sqlite.org/fts5.html#the_bm25_function>"""

FREQUENCIES = "SELECT term, passages FROM library.term WHERE term = ANY(%(terms)s)"
FREQUENCIES_WITHIN = """
SELECT term, count(*) FROM library.posting
WHERE term = ANY(%(terms)s) AND source IN (
    SELECT source FROM library.membership WHERE collection = ANY(%(collections)s)
)
GROUP BY term
"""
"""In how many passages each of some terms stands, left out where in none: in the whole index, and
in some collections."""

SIZE = "SELECT passages FROM library.total"
SIZE_WITHIN = """
SELECT count(*) FROM library.passage WHERE source IN (
    SELECT source FROM library.membership WHERE collection = ANY(%(collections)s)
)
"""
"""How many passages there are: in the whole index, and in some collections."""
