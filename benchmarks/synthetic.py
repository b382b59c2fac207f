"""A synthetic library of any size: Zipf-distributed words, English-like and Korean-like.

The same number gives the same document, whatever was drawn before it, so that several processes
may make parts of one library. Words follow Zipf and Mandelbrot's law with a vocabulary that grows
with the text (a million words of each language to draw from); four in ten English words are stop
words, as in prose. Without those, the most frequent word stands in seven of ten passages.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

import numpy as np

from virtual_lab.domain import Passage, Source
from virtual_lab.text.tokens import STOP_WORDS

PASSAGES_PER_DOCUMENT = 100
VOCABULARY = 1_000_000

_SHIFT = 2.7  # Mandelbrot's; with an exponent of 1 the usual fit to English (Montemurro 2001)
_STOP_SHARE = 0.4
_KOREAN_SHARE = 0.3  # of the documents
_WORDS = (80, 120)  # of a passage
_SENTENCE = 16
_CHUNK = 20_000

_ONSETS = "b c d f g h k l m n p r s t v w br cr dr fl gr pl pr st tr".split()
_VOWELS = "a e i o u ai ea io ou".split()
_CODAS = ["", "", "", "n", "r", "s", "l", "t", "m", "nd", "nt", "x"]
_PARTICLES = ("는", "을", "의", "에", "이", "로", "와", "에서", "한다", "하는")


def documents(first: int, last: int) -> Iterator[tuple[Source, str, list[Passage]]]:
    """The documents of these numbers: source, text and passages."""
    for number in range(first, last):
        yield document(number)


def document(number: int) -> tuple[Source, str, list[Passage]]:
    """One document of a hundred passages, ten to a section."""
    draw = np.random.default_rng((number, 1))
    korean = draw.random() < _KOREAN_SHARE
    language = "ko" if korean else "en"
    words = iter(_words(draw, PASSAGES_PER_DOCUMENT * _WORDS[1] + 200, korean))
    source_id = f"s{number:012x}"
    parts: list[str] = []
    passages: list[Passage] = []
    start = 0
    section = ""
    for place, length in enumerate(draw.integers(*_WORDS, PASSAGES_PER_DOCUMENT, endpoint=True)):
        if place % 10 == 0:
            section = f"{place // 10 + 1} {' '.join(next(words) for _ in range(4))}"
        text = _prose([next(words) for _ in range(length)])
        passages.append(
            Passage(
                id=f"{source_id}:{start}",
                source_id=source_id,
                text=text,
                start=start,
                end=start + len(text),
                section=(section,),
                page=place // 3 + 1,
                language=language,
            )
        )
        parts.append(text)
        start += len(text) + 2
    title = " ".join(next(words) for _ in range(8)).capitalize()
    source = Source(id=source_id, title=title, language=language, pages=34)
    return source, "\n\n".join(parts), passages


def queries(count: int, extra: int = 0, seed: int = 0) -> list[str]:
    """Queries of three to eight words, none of them a stop word, from the same distribution.

    Args:
        count: how many.
        extra: words that are added to each in the other language, as the glossary does.
        seed: another one gives other queries.
    """
    draw = np.random.default_rng((seed, 2))
    made = []
    for length in draw.integers(3, 8, count, endpoint=True):
        korean = bool(draw.random() < _KOREAN_SHARE)
        own = [_word(int(rank), korean) for rank in _ranks(draw, int(length))]
        other = [_word(int(rank), not korean) for rank in _ranks(draw, extra)]
        made.append(" ".join(own + other))
    return made


def _words(draw: np.random.Generator, count: int, korean: bool) -> list[str]:
    ranks = _ranks(draw, count).tolist()
    if korean:
        ends = draw.integers(0, 2 * len(_PARTICLES), count).tolist()
        return [
            _word(rank, korean) + (_PARTICLES[end] if end < len(_PARTICLES) else "")
            for rank, end in zip(ranks, ends, strict=True)
        ]
    stops = sorted(STOP_WORDS)
    chosen = draw.integers(0, len(stops), count).tolist()
    is_stop = (draw.random(count) < _STOP_SHARE).tolist()
    return [
        stops[stop] if is_one else _word(rank, korean)
        for rank, stop, is_one in zip(ranks, chosen, is_stop, strict=True)
    ]


def _prose(words: list[str]) -> str:
    sentences = (words[i : i + _SENTENCE] for i in range(0, len(words), _SENTENCE))
    return " ".join(" ".join(sentence).capitalize() + "." for sentence in sentences)


def _ranks(draw: np.random.Generator, count: int) -> Any:
    """Ranks of words, from 0: the probability falls with 1 / (rank + shift)."""
    return np.searchsorted(_distribution(), draw.random(count))


@cache
def _distribution() -> Any:
    weights = 1.0 / (np.arange(1, VOCABULARY + 1) + _SHIFT)
    return np.cumsum(weights / weights.sum())


@lru_cache(200_000)
def _word(rank: int, korean: bool) -> str:
    """The word of a rank; frequent words are short, and no two ranks share one."""
    return _korean(rank) if korean else _english(rank)


def _english(rank: int) -> str:
    syllables = len(_ONSETS) * len(_VOWELS)
    word = ""
    rest = rank + syllables  # at least two syllables, so that no stop word comes about
    while rest:
        rest, syllable = divmod(rest, syllables)
        word += _ONSETS[syllable // len(_VOWELS)] + _VOWELS[syllable % len(_VOWELS)]
    return word + _CODAS[rank % len(_CODAS)]


def _korean(rank: int) -> str:
    """Few syllables carry most words, as in Korean."""
    word = ""
    for place in range(2 + (rank > 200) + (rank > 20_000)):
        # A multiplicative hash (Knuth) stands for a draw that is the same in each process.
        even = (rank * 2_654_435_761 + (place + 1) * 40_503_000_017) % 4_294_967_296 / 4_294_967_296
        word += chr(0xAC00 + int(2_000 * even**3) * 4_129 % 11_172)
    return word
