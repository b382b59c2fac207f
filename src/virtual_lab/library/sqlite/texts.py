"""Source texts in the index file: each is stored once, in compressed blocks.

A block is short enough that a passage is read without the rest of a long document, and long enough
to compress well. The blocks of a source are numbered from ``source << 20``.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from virtual_lab.library.sqlite.connection import SharedConnection

BLOCK = 8192
"""The length of a block in characters; ``schema.PASSAGES`` uses the same number."""

_SHIFT = 20


def write_text(db: SharedConnection, source: int, text: str) -> None:
    """Keep the text of a source."""
    db.executemany(
        "INSERT INTO block VALUES (?, ?)",
        (
            ((source << _SHIFT) + place, _packed(text[start : start + BLOCK]))
            for place, start in enumerate(range(0, len(text), BLOCK))
        ),
    )


def read_text(db: SharedConnection, source: int) -> str:
    """The text of a source."""
    rows = db.execute(
        "SELECT data FROM block WHERE number >= ? AND number < ? ORDER BY number", _range(source)
    )
    return "".join(_unpacked(row[0]) for row in rows)


def forget_text(db: SharedConnection, source: int) -> None:
    """Take the text of a source out."""
    db.execute("DELETE FROM block WHERE number >= ? AND number < ?", _range(source))


def with_texts(rows: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """The rows that ``schema.passage_of`` reads, and what stands behind them.

    Args:
        rows: of ``schema.PASSAGES``; those of one passage together, by their blocks.
    """
    unpacked: dict[int, str] = {}
    for _, group in groupby(rows, itemgetter(0)):
        blocks = ""
        for row in group:
            number, start, length = row[7], row[2] % BLOCK, row[3]
            if number is not None:
                if number not in unpacked:
                    unpacked[number] = _unpacked(row[8])
                blocks += unpacked[number]
        yield (*row[:3], *row[4:7], blocks[start : start + length], *row[9:])


def _range(source: int) -> tuple[int, int]:
    return source << _SHIFT, (source + 1) << _SHIFT


def _packed(text: str) -> bytes:
    return zlib.compress(text.encode("utf-8", "surrogatepass"), 6)


@lru_cache(maxsize=64)  # The searches of one run find passages in the same blocks.
def _unpacked(data: bytes) -> str:
    return zlib.decompress(data).decode("utf-8", "surrogatepass")
