"""Near-duplicates: a text that several sources hold, up to small changes, is shown once.

Two texts are duplicates where they share most of their shingles, runs of three words (Broder, "On
the resemblance and containment of documents", 1997), and have the same numbers and negations, since
an older version of a rule is no copy of it. To save time, only texts that have one of their
smallest shingle hashes in common are compared.
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

_SHINGLE_WORDS = 3
_LEAST_SHARED_SHINGLES = 0.8  # as a share of the shingles of both texts
_SKETCH_HASHES = 8  # two texts that share 0.8 of their shingles are missed once in 400,000 pairs
_WORD = re.compile(r"\w+")
_NUMBER_OR_NEGATION = re.compile(r"\w*\d\w*|\b(?:no|nor|not|never|without)\b|않|없|아니|못")


class _Fingerprint(NamedTuple):
    """What two texts are compared by: the hashes of their shingles, the smallest of these, and
    their numbers and negations in alphabetical order."""

    shingles: frozenset[int]
    sketch: tuple[int, ...]
    numbers_and_negations: tuple[str, ...]


def without_near_duplicates(hits: Sequence[Hit]) -> list[Hit]:
    """``hits`` without repeated texts; the first hit of a text names the others' sources.

    Args:
        hits: the hits, best first.
    """
    kept: list[Hit] = []
    fingerprints: list[_Fingerprint] = []
    places_by_hash: dict[int, list[int]] = defaultdict(list)
    for hit in hits:
        own = _fingerprint(hit.passage.text)
        near = dict.fromkeys(place for value in own.sketch for place in places_by_hash[value])
        same = next((place for place in near if _are_duplicates(fingerprints[place], own)), None)
        if same is not None:
            kept[same] = _with_source(kept[same], hit.passage.source_id)
            continue
        for value in own.sketch:
            places_by_hash[value].append(len(kept))
        kept.append(hit)
        fingerprints.append(own)
    return kept


@lru_cache(maxsize=500)  # the searches of a run find the same passages
def _fingerprint(text: str) -> _Fingerprint:
    folded = fold(text)
    words = _WORD.findall(folded)
    shingles = (
        words[i : i + _SHINGLE_WORDS] for i in range(max(1, len(words) - _SHINGLE_WORDS + 1))
    )
    hashes = frozenset(zlib.crc32(" ".join(shingle).encode()) for shingle in shingles)
    sketch = tuple(sorted(hashes)[:_SKETCH_HASHES])
    return _Fingerprint(hashes, sketch, tuple(sorted(_NUMBER_OR_NEGATION.findall(folded))))


def _are_duplicates(one: _Fingerprint, other: _Fingerprint) -> bool:
    if one.numbers_and_negations != other.numbers_and_negations:
        return False
    shared = len(one.shingles & other.shingles)
    return shared >= _LEAST_SHARED_SHINGLES * (len(one.shingles) + len(other.shingles) - shared)


def _with_source(hit: Hit, source_id: str) -> Hit:
    if source_id == hit.passage.source_id or source_id in hit.also_in:
        return hit
    return hit._replace(also_in=(*hit.also_in, source_id))
