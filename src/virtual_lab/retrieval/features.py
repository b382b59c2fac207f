"""Features: how a passage matches a query, beyond the frequency of its words.

Whether the words of the query stand side by side or close together (term dependence: Metzler and
Croft, SIGIR 2005), in the title or in the headings, and whether a passage beside it matches too.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from virtual_lab.library.index import Hit, Scope, rarity, selective
from virtual_lab.text.tokens import tokenise

_K1, _B = 0.9, 0.75  # of BM25, which is here computed on the text of the passage alone
_WINDOW = 25  # tokens, about a sentence of words
_BIGRAM_WINDOW = 100  # the same where tokens are pairs of characters
_BIGRAM_RUN = 0.3  # what bigrams in a row count: they share characters
_PIECE = 4  # letters
_REACH = 1000  # characters, over which what stands beside a passage counts e times less


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
    triples: float
    """Three words in a row that are in a row here as well, frequent ones among them."""
    near: float
    """Words that stand together in one stretch as long as a sentence."""
    brevity: float
    """How short the passage is; half for one of average length."""
    beside: float = 0.0
    """How well what stands close by in the same source matches; 1 right beside the best one."""
    nearness: float = 0.0
    """How near its vector is to that of the query, as a standard score; 0 without vectors."""


class Query(NamedTuple):
    """The words of a query: its tokens in order, and the weight of those that are searched."""

    tokens: tuple[str, ...]
    weights: Mapping[str, float]


def query(scope: Scope, words: str) -> Query:
    """``words``, with the weight in ``scope`` of those of them that are searched for."""
    tokens = tuple(tokenise(words))
    frequencies = scope.frequencies(tokens)
    size = scope.size()
    searched = selective(frequencies, size)
    return Query(tokens, {token: rarity(frequencies[token], size) for token in searched})


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
        pair: min(weights[word] for word in pair) * (_BIGRAM_RUN if _bigrams(pair) else 1.0)
        for pair in pairwise(asked.tokens)
        if pair[0] != pair[1] and pair[0] in weights and pair[1] in weights
    }
    window = _BIGRAM_WINDOW if _bigrams(asked.tokens) else _WINDOW
    heads = {name: _read(title) for name, title in named.items()}
    in_heads = {name: _held(head, weights) for name, head in heads.items()}
    texts = [_read(hit.passage.text) for hit in hits]
    average = sum(text.length for text in texts) / len(texts) or 1.0
    whole = [(heads[hit.passage.source_id], text) for hit, text in zip(hits, texts, strict=True)]
    read = zip(hits, texts, _pieces(asked, whole), _triples(asked, whole), near, strict=True)
    found: list[Features] = []
    for hit, text, shared, triples, close in read:
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
                triples=triples,
                near=_together(places, weights, window) / total,
                brevity=average / (average + text.length),
                nearness=close,
            )
        )
    besides = _besides(hits, [each.text + each.near for each in found])
    return [each._replace(beside=beside) for each, beside in zip(found, besides, strict=True)]


class _Read(NamedTuple):
    """A text as it is read, whatever the query is: how many tokens it has, where each of them
    stands, all of them in a row, and each that may hold Latin letters or digits once, in a row."""

    length: int
    places: Mapping[str, Sequence[int]]
    row: str
    latin: str


@lru_cache(maxsize=1000)  # the searches of a run find the same passages
def _read(text: str) -> _Read:
    tokens = tokenise(text)
    places: dict[str, list[int]] = defaultdict(list)
    for place, token in enumerate(tokens):
        places[token].append(place)
    # What holds letters only holds those of one script.
    latin = " ".join(token for token in places if token.isascii() or not token.isalpha())
    return _Read(len(tokens), dict(places), " ".join(tokens), latin)


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


def _triples(asked: Query, texts: Sequence[tuple[_Read, _Read]]) -> list[float]:
    """The share of the query's triples of words in a row that each text with its title holds."""
    tokens = asked.tokens
    threes = zip(tokens, tokens[1:], tokens[2:], strict=False)
    triples = {(a, b, c): f" {a} {b} {c} " for a, b, c in threes}
    share = (_BIGRAM_RUN if _bigrams(tokens) else 1.0) / (len(triples) or 1)
    found: list[float] = []
    for title, text in texts:
        heads, places, row = title.places, text.places, f" {title.row} {text.row} "
        held = sum(
            joined in row
            for (a, b, c), joined in triples.items()
            if (a in places or a in heads)  # most are not, and this is faster to say
            and (b in places or b in heads)
            and (c in places or c in heads)
        )
        found.append(share * held)
    return found


def _besides(hits: Sequence[Hit], matches: Sequence[float]) -> list[float]:
    """How well the best passage beside each hit matches, of those that were found.

    That is the square of its share of the best match, and e times less for every ``_REACH``
    characters in between.

    Args:
        hits: what was found.
        matches: how well each of them matches by itself.
    """
    best = max(matches) or 1.0
    found = [0.0] * len(hits)
    order = sorted(
        range(len(hits)), key=lambda n: (hits[n].passage.source_id, hits[n].passage.start)
    )
    for way in (order, order[::-1]):
        carried = 0.0
        for before, n in pairwise(way):
            last, here = hits[before].passage, hits[n].passage
            length = last.end - last.start
            carried = max((matches[before] / best) ** 2, carried * math.exp(-length / _REACH))
            gap = max(0, here.start - last.end, last.start - here.end)
            same = last.source_id == here.source_id
            carried = carried * math.exp(-gap / _REACH) if same else 0.0
            found[n] = max(found[n], carried)
    return found
