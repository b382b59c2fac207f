"""Postings: which token stands in which passage of the index in PostgreSQL, and how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from virtual_lab.library.index import WEIGHTS
from virtual_lab.library.sqlite.schema import columns
from virtual_lab.postgres import BoundedConnection

_WRITE = "COPY library.posting (term, passage, weight, length, source) FROM STDIN"

_COUNT = """
INSERT INTO library.term AS known (term, passages)
SELECT * FROM unnest(%s::text[], %s::integer[])
ON CONFLICT (term) DO UPDATE SET passages = known.passages + excluded.passages
"""

_FORGET = """
WITH gone AS (
    DELETE FROM library.posting WHERE source = ANY(%(sources)s) RETURNING term, passage, length
), fewer AS (
    UPDATE library.term known SET passages = known.passages - counted.passages
    FROM (SELECT term, count(*) AS passages FROM gone GROUP BY term) counted
    WHERE known.term = counted.term
)
UPDATE library.total SET
    passages = passages - (
        SELECT count(*) FROM library.passage WHERE source = ANY(%(sources)s)
    ),
    tokens = tokens - (
        SELECT coalesce(sum(length), 0) FROM (SELECT DISTINCT passage, length FROM gone) once
    )
"""


class PassagePostings(NamedTuple):
    """The tokens of a passage: the weight of each, and how many there are."""

    weights: dict[str, float]
    length: int


def weigh(title: str, section: Sequence[str], text: str) -> PassagePostings:
    """The tokens of a passage, each occurrence counted with the weight of its field."""
    weights: dict[str, float] = {}
    length = 0
    for prepared, weight in zip(columns(title, section, text), WEIGHTS, strict=True):
        words = prepared.split()
        length += len(words)
        for word in words:
            weights[word] = weights.get(word, 0.0) + weight
    return PassagePostings(weights, length)


def write_postings(
    connection: BoundedConnection, source: int, passages: Iterable[tuple[int, PassagePostings]]
) -> None:
    """Store the tokens of the numbered passages of a source, and update the counts."""
    frequencies: Counter[str] = Counter()
    count = tokens = 0
    with connection.cursor() as cursor:
        with cursor.copy(_WRITE) as rows:
            for number, (weights, length) in passages:
                frequencies.update(weights.keys())
                count, tokens = count + 1, tokens + length
                for term, weight in weights.items():
                    rows.write_row((term, number, weight, length, source))
        cursor.execute(_COUNT, (list(frequencies), list(frequencies.values())))
        cursor.execute(
            "UPDATE library.total SET passages = passages + %s, tokens = tokens + %s",
            (count, tokens),
        )


def forget_postings(connection: BoundedConnection, sources: Sequence[int]) -> None:
    """Remove the tokens of the passages of some sources; called before the passages are removed."""
    connection.execute(_FORGET, {"sources": list(sources)})
    connection.execute("DELETE FROM library.term WHERE passages = 0")
