"""Ranking: the passages that an index finds, put in order by more than their words' frequency.

An index answers with the best passages by BM25. The first of them are read again here: whether
the words of the query stand side by side or close together (term dependence: Metzler and Croft,
SIGIR 2005), in the title, or in the headings. Where passages have vectors, the nearest to the
query are read as well, and how near each is counts too. What each of these counts is fitted, not
chosen: ``benchmarks/fit_ranking.py`` writes ``ranking_weights.json``.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from operator import mul
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from virtual_lab.evidence.document_index import DocumentIndex, Hit, Scope, rarity, selective
from virtual_lab.evidence.fusion import NOTHING, Near, fused, nearness
from virtual_lab.evidence.tokens import tokenise

if TYPE_CHECKING:
    from virtual_lab.evidence.meaning import Meaning

DEPTH = 50
"""How many passages are read again; more were of no use (docs/benchmarks.md)."""

_WEIGHTS = Path(__file__).with_name("ranking_weights.json")
_K1, _B = 0.9, 0.75  # of BM25, which is here computed on the text of the passage alone
_WINDOW = 25  # tokens, about a sentence of words
_BIGRAM_WINDOW = 100  # the same where tokens are pairs of characters
_BIGRAM_PAIR = 0.3  # what two bigrams side by side count: they share a character
_PIECE = 4  # letters


class Features(NamedTuple):
    """How a passage matches a query: shares of what could be matched, the more the better."""

    text: float
    """BM25 of the text."""
    title: float
    """Words that stand in the title, by their weight."""
    headings: float
    """Words that stand in the headings above, by their weight."""
    rarest: float
    """The weight of the rarest word that stands anywhere."""
    pieces: float
    """Four letters in a row that stand anywhere: "ribosomopathy" speaks of a ribosome."""
    pairs: float
    """Neighbouring words of the query that are neighbours here."""
    near: float
    """Words that stand together in one stretch as long as a sentence."""
    brevity: float
    """How short the passage is; half for one of average length."""
    nearness: float = 0.0
    """How near its vector is to that of the query, as a standard score; 0 without vectors."""


class Query(NamedTuple):
    """The words of a query: its tokens in order, and the weight of those that are searched."""

    tokens: tuple[str, ...]
    weights: Mapping[str, float]


def search(
    index: DocumentIndex,
    words: str,
    collections: Sequence[str] = (),
    limit: int = 20,
    meaning: Meaning | None = None,
) -> list[Hit]:
    """The passages that match ``words`` best, best first; scores are above 0.

    Args:
        index: finds the candidates.
        words: of any language.
        collections: where to look; everywhere where none is named.
        limit: how many passages at the most.
        meaning: finds further candidates by their vectors.
    """
    hits = index.search(words, collections, max(limit, DEPTH))
    near = meaning.search({words: hits}, collections, DEPTH)[words] if meaning else NOTHING
    hits = fused(hits, near)
    scored = zip(hits, scores(Scope(index, collections), words, hits, near), strict=True)
    ranked = [hit._replace(score=score) for hit, score in scored]
    return sorted(ranked, key=lambda hit: -hit.score)[:limit]


def scores(scope: Scope, words: str, hits: Sequence[Hit], near: Near = NOTHING) -> list[float]:
    """A score above 0 for each of the hits that were found for ``words`` in ``scope``.

    Without vectors, those after the first ``DEPTH`` stay behind them, in their order.
    """
    first, rest = (hits, ()) if near.nearness else (hits[:DEPTH], hits[DEPTH:])
    if not first:
        return []
    close = nearness(first, near)
    found = features(query(scope, words), first, titles(scope.index, first), close)
    counted = weights("meaning" if near.nearness else "words")
    read = [sum(map(mul, counted, each)) for each in found]
    scale = min(read) / first[-1].score
    return [*read, *(scale * hit.score for hit in rest)]


def query(scope: Scope, words: str) -> Query:
    """``words``, with the weight in ``scope`` of those of them that are searched for."""
    tokens = tuple(tokenise(words))
    frequencies = scope.frequencies(tokens)
    size = scope.size()
    searched = selective(frequencies, size)
    return Query(tokens, {token: rarity(frequencies[token], size) for token in searched})


def titles(index: DocumentIndex, hits: Sequence[Hit]) -> dict[str, str]:
    """The titles of the sources of some hits, by the sources' ids."""
    return {name: index.source(name).title for name in {hit.passage.source_id for hit in hits}}


def features(
    asked: Query, hits: Sequence[Hit], named: Mapping[str, str], near: Sequence[float]
) -> list[Features]:
    """The features of each hit among all of them.

    Args:
        asked: the query.
        hits: what was found, best first.
        named: the titles of their sources.
        near: how near each hit is in meaning.
    """
    weights = asked.weights
    total = sum(weights.values()) or 1.0
    rarest = max(weights.values(), default=1.0)
    pairs = {
        pair: min(weights[word] for word in pair) * (_BIGRAM_PAIR if _bigrams(pair) else 1.0)
        for pair in pairwise(asked.tokens)
        if pair[0] != pair[1] and pair[0] in weights and pair[1] in weights
    }
    window = _BIGRAM_WINDOW if _bigrams(asked.tokens) else _WINDOW
    heads = {name: _read(title) for name, title in named.items()}
    in_heads = {name: _held(head, weights) for name, head in heads.items()}
    texts = [_read(hit.passage.text) for hit in hits]
    average = sum(text.length for text in texts) / len(texts) or 1.0
    pieces = _pieces(
        asked, [(heads[h.passage.source_id], t) for h, t in zip(hits, texts, strict=True)]
    )
    found: list[Features] = []
    for hit, text, shared, close in zip(hits, texts, pieces, near, strict=True):
        head, in_head = heads[hit.passage.source_id], in_heads[hit.passage.source_id]
        in_text = _held(text, weights)
        places = [*in_head, *((head.length + place, token) for place, token in in_text)]
        headings = _read(" . ".join(hit.passage.section)).places
        found.append(
            Features(
                text=_bm25(in_text, weights, text.length / average) / total,
                title=_bm25(in_head, weights, 1.0) / total,
                headings=sum(w for token, w in weights.items() if token in headings) / total,
                rarest=max((weights[token] for _, token in places), default=0.0) / rarest,
                pieces=shared,
                pairs=_side_by_side(places, pairs) / total,
                near=_together(places, weights, window) / total,
                brevity=average / (average + text.length),
                nearness=close,
            )
        )
    return found


class _Read(NamedTuple):
    """A text as it is read, whatever the query is: how many tokens it has, where each of them
    stands, and each that may hold Latin letters or digits once, in a row."""

    length: int
    places: Mapping[str, Sequence[int]]
    latin: str


@lru_cache(maxsize=1000)  # the searches of a run find the same passages
def _read(text: str) -> _Read:
    tokens = tokenise(text)
    places: dict[str, list[int]] = defaultdict(list)
    for place, token in enumerate(tokens):
        places[token].append(place)
    # What holds letters only holds those of one script.
    latin = " ".join(token for token in places if token.isascii() or not token.isalpha())
    return _Read(len(tokens), dict(places), latin)


def _held(text: _Read, weights: Mapping[str, float]) -> list[tuple[int, str]]:
    """Where the words of a query stand in a text, in its order."""
    return sorted(
        (place, token) for token in weights if token in text.places for place in text.places[token]
    )


def _bigrams(tokens: Sequence[str]) -> bool:
    """Whether most of some tokens are pairs of characters and not words."""
    return 2 * sum(not token.isascii() for token in tokens) > len(tokens)


def _bm25(places: Sequence[tuple[int, str]], weights: Mapping[str, float], length: float) -> float:
    counts: dict[str, int] = defaultdict(int)
    for _, token in places:
        counts[token] += 1
    damping = _K1 * (1 - _B + _B * length)
    return sum(
        weights[token] * count * (_K1 + 1) / (count + damping) for token, count in counts.items()
    )


def _side_by_side(
    places: Sequence[tuple[int, str]], pairs: Mapping[tuple[str, str], float]
) -> float:
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for (here, left), (there, right) in pairwise(places):
        if there == here + 1 and (left, right) in pairs:
            counts[left, right] += 1
    return sum(pairs[pair] * count * (_K1 + 1) / (count + _K1) for pair, count in counts.items())


def _together(
    places: Sequence[tuple[int, str]], weights: Mapping[str, float], window: int
) -> float:
    """The most that the distinct words within one window weigh."""
    best = current = 0.0
    begin = 0
    counts: dict[str, int] = defaultdict(int)
    for position, token in places:
        if not counts[token]:
            current += weights[token]
        counts[token] += 1
        while position - places[begin][0] >= window:
            left = places[begin][1]
            counts[left] -= 1
            if not counts[left]:
                current -= weights[left]
            begin += 1
        best = max(best, current)
    return best


def _pieces(asked: Query, texts: Sequence[tuple[_Read, _Read]]) -> list[float]:
    """The share of the query's pieces of Latin words in each text with its title, rare ones
    counting more."""
    pieces = sorted(
        {
            token[i : i + _PIECE]
            for token in asked.tokens
            if token.isascii() and (token.isalpha() or token in asked.weights)
            for i in range(max(1, len(token) - _PIECE + 1))
        }
    )
    if not pieces:
        return [0.0] * len(texts)
    rows = (f"{title.latin} {text.latin}" for title, text in texts)
    held = [[piece in row for piece in pieces] for row in rows]
    holding = [sum(column) for column in zip(*held, strict=True)]
    weights = [math.log(1 + len(texts) / (count + 0.5)) for count in holding]
    total = sum(weights)
    return [sum(w for w, has in zip(weights, row, strict=True) if has) / total for row in held]


@cache
def weights(way: str) -> Features:
    """What each feature counts: the fitted weights that the package ships.

    Args:
        way: ``words`` where these alone are searched, ``meaning`` where vectors are as well.
    """
    return Features(**json.loads(_WEIGHTS.read_text("utf-8"))[way])
