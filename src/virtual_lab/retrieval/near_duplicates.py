"""Near-duplicates: the same text in two sources, up to small changes, is shown once.

Two texts are the same where they share most of their shingles, runs of a few words (Broder, "On
the resemblance and containment of documents", 1997), and differ in no number and no negation: an
older version of a rule is no copy. Only texts that have one of their smallest shingle hashes in
common are compared.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from virtual_lab.library.index import Hit
from virtual_lab.text.tokens import fold

_SHINGLE = 3  # words
_SAME = 0.8  # share of all their shingles that two texts have in common
_SKETCH = 8  # smallest hashes: texts alike by 0.8 miss each other once in 400,000 pairs
_WORD = re.compile(r"\w+")
_TELLING = re.compile(r"\w*\d\w*|\b(?:no|nor|not|never|without)\b|않|없|아니|못")


class _Print(NamedTuple):
    """What a text is compared by."""

    shingles: frozenset[int]
    sketch: tuple[int, ...]
    telling: tuple[str, ...]


def without_near_duplicates(hits: Sequence[Hit]) -> list[Hit]:
    """``hits`` without those whose text stood before; the first names the others' sources.

    Args:
        hits: the best first.
    """
    kept: list[Hit] = []
    prints: list[_Print] = []
    holders: dict[int, list[int]] = defaultdict(list)
    for hit in hits:
        own = _print(hit.passage.text)
        near = dict.fromkeys(place for value in own.sketch for place in holders[value])
        same = next((place for place in near if _alike(prints[place], own)), None)
        if same is not None:
            kept[same] = _naming(kept[same], hit.passage.source_id)
            continue
        for value in own.sketch:
            holders[value].append(len(kept))
        kept.append(hit)
        prints.append(own)
    return kept


@lru_cache(maxsize=500)  # the searches of a run find the same passages
def _print(text: str) -> _Print:
    folded = fold(text)
    words = _WORD.findall(folded)
    shingles = (words[i : i + _SHINGLE] for i in range(max(1, len(words) - _SHINGLE + 1)))
    hashes = frozenset(zlib.crc32(" ".join(shingle).encode()) for shingle in shingles)
    sketch = tuple(sorted(hashes)[:_SKETCH])
    return _Print(hashes, sketch, tuple(sorted(_TELLING.findall(folded))))


def _alike(one: _Print, other: _Print) -> bool:
    if one.telling != other.telling:
        return False
    shared = len(one.shingles & other.shingles)
    return shared >= _SAME * (len(one.shingles) + len(other.shingles) - shared)


def _naming(hit: Hit, source_id: str) -> Hit:
    if source_id == hit.passage.source_id or source_id in hit.also_in:
        return hit
    return hit._replace(also_in=(*hit.also_in, source_id))
