"""The features that passages are ranked by, each a number for one match of a passage and a query.

They say whether the words of the query stand side by side or close together (term dependence:
Metzler and Croft, SIGIR 2005), in the title or in the headings, and how well the passages nearby in
the same source match.
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

_BM25_K1, _BM25_B = 0.9, 0.75
_SENTENCE_LENGTH_WORDS = 25
_SENTENCE_LENGTH_BIGRAMS = 100
# Neighbouring bigrams share characters, so they are weaker evidence than neighbouring words.
_BIGRAM_RUN_WEIGHT = 0.3
_LETTER_GRAM_LENGTH = 4
# A match at this distance counts e times less.
_NEIGHBOUR_DECAY_CHARACTERS = 1000


class Features(NamedTuple):
    """How a passage matches a query. Words count by their weight; more is better.

    Except for ``brevity``, ``neighbour`` and ``similarity``, each is relative to what the query
    could match.
    """

    text: float
    """BM25 of the text of the passage alone."""
    title: float
    """BM25 of the title."""
    headings: float
    """The words that stand in the headings above the passage."""
    rarest: float
    """The rarest word that stands in the title or the text."""
    letter_grams: float
    """The runs of four letters in title and text: "ribosomopathy" matches "ribosome"."""
    pairs: float
    """The neighbouring words of the query that are also neighbours in title and text."""
    triples: float
    """The runs of three words of the query, frequent ones too, that stand in title and text."""
    proximity: float
    """The words that stand together within the length of one sentence."""
    brevity: float
    """How short the passage is, from 0 to 1; 0.5 for a passage of average length."""
    neighbour: float = 0.0
    """How well the passages nearby in the same source match; 1 right beside the best match."""
    similarity: float = 0.0
    """The similarity of the vectors, as a standard score of at least 0; 0 without vectors."""


class Query(NamedTuple):
    """The tokens of a query in order, and the weights of those that are searched for."""

    tokens: tuple[str, ...]
    weights: Mapping[str, float]


def weigh_query(scope: Scope, words: str) -> Query:
    """The query ``words`` with weights by the counts of the collections in ``scope``."""
    tokens = tuple(tokenise(words))
    frequencies = scope.frequencies(tokens)
    size = scope.size()
    searched = selective(frequencies, size)
    return Query(tokens, {token: rarity(frequencies[token], size) for token in searched})


def features(
    query: Query, hits: Sequence[Hit], titles: Mapping[str, str], similarities: Sequence[float]
) -> list[Features]:
    """The features of each hit, in the order of the hits.

    Args:
        query: the query.
        hits: the candidates, best first; at least one.
        titles: the titles of their sources, by the sources' ids.
        similarities: the similarity of the vector of each hit to that of the query.
    """
    weights = query.weights
    total = sum(weights.values()) or 1.0
    rarest = max(weights.values(), default=1.0)
    pairs = {
        pair: min(weights[word] for word in pair)
        * (_BIGRAM_RUN_WEIGHT if _are_bigrams(pair) else 1.0)
        for pair in pairwise(query.tokens)
        if pair[0] != pair[1] and pair[0] in weights and pair[1] in weights
    }
    window = _SENTENCE_LENGTH_BIGRAMS if _are_bigrams(query.tokens) else _SENTENCE_LENGTH_WORDS
    heads = {name: _tokenised(title) for name, title in titles.items()}
    in_heads = {name: _positions(head, weights) for name, head in heads.items()}
    texts = [_tokenised(hit.passage.text) for hit in hits]
    average = sum(text.length for text in texts) / len(texts) or 1.0
    whole = [(heads[hit.passage.source_id], text) for hit, text in zip(hits, texts, strict=True)]
    rows = zip(
        hits,
        texts,
        _letter_gram_shares(query, whole),
        _triple_shares(query, whole),
        similarities,
        strict=True,
    )
    found: list[Features] = []
    for hit, text, letter_grams, triples, similarity in rows:
        head, in_head = heads[hit.passage.source_id], in_heads[hit.passage.source_id]
        in_text = _positions(text, weights)
        places = [*in_head, *((head.length + place, token) for place, token in in_text)]
        headings = _tokenised(" . ".join(hit.passage.section)).places
        found.append(
            Features(
                text=_bm25(in_text, weights, text.length / average) / total,
                title=_bm25(in_head, weights, 1.0) / total,
                headings=sum(w for token, w in weights.items() if token in headings) / total,
                rarest=max((weights[token] for _, token in places), default=0.0) / rarest,
                letter_grams=letter_grams,
                pairs=_pair_score(places, pairs) / total,
                triples=triples,
                proximity=_heaviest_window(places, weights, window) / total,
                brevity=average / (average + text.length),
                similarity=similarity,
            )
        )
    neighbours = _neighbour_scores(hits, [each.text + each.proximity for each in found])
    return [each._replace(neighbour=best) for each, best in zip(found, neighbours, strict=True)]


class _TokenisedText(NamedTuple):
    """The tokens of a text, prepared for any query.

    Attributes:
        length: how many tokens there are.
        places: the positions of each token.
        joined: all tokens, joined by spaces.
        latin: the distinct tokens that may hold Latin letters or digits, joined by spaces.
    """

    length: int
    places: Mapping[str, Sequence[int]]
    joined: str
    latin: str


@lru_cache(maxsize=1000)  # the searches of a run find the same passages
def _tokenised(text: str) -> _TokenisedText:
    tokens = tokenise(text)
    places: dict[str, list[int]] = defaultdict(list)
    for place, token in enumerate(tokens):
        places[token].append(place)
    # The tokeniser puts letters of different scripts into different tokens.
    latin = " ".join(token for token in places if token.isascii() or not token.isalpha())
    return _TokenisedText(len(tokens), dict(places), " ".join(tokens), latin)


def _positions(text: _TokenisedText, weights: Mapping[str, float]) -> list[tuple[int, str]]:
    """The positions of the query's tokens in a text, in the order of the text."""
    return sorted(
        (place, token) for token in weights if token in text.places for place in text.places[token]
    )


def _are_bigrams(tokens: Sequence[str]) -> bool:
    """Whether most of some tokens are pairs of characters, as in Korean, and not words."""
    return 2 * sum(not token.isascii() for token in tokens) > len(tokens)


def _bm25(places: Sequence[tuple[int, str]], weights: Mapping[str, float], length: float) -> float:
    counts: dict[str, int] = defaultdict(int)
    for _, token in places:
        counts[token] += 1
    damping = _BM25_K1 * (1 - _BM25_B + _BM25_B * length)
    return sum(
        weights[token] * count * (_BM25_K1 + 1) / (count + damping)
        for token, count in counts.items()
    )


def _pair_score(places: Sequence[tuple[int, str]], pairs: Mapping[tuple[str, str], float]) -> float:
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for (here, left), (there, right) in pairwise(places):
        if there == here + 1 and (left, right) in pairs:
            counts[left, right] += 1
    return sum(
        pairs[pair] * count * (_BM25_K1 + 1) / (count + _BM25_K1) for pair, count in counts.items()
    )


def _heaviest_window(
    places: Sequence[tuple[int, str]], weights: Mapping[str, float], window: int
) -> float:
    """The largest total weight of distinct tokens within a window of so many tokens."""
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


def _letter_gram_shares(
    query: Query, texts: Sequence[tuple[_TokenisedText, _TokenisedText]]
) -> list[float]:
    """The share of the query's runs of four Latin letters that each title and text hold.

    A run counts more the fewer of the texts hold it.
    """
    grams = sorted(
        {
            token[i : i + _LETTER_GRAM_LENGTH]
            for token in query.tokens
            if token.isascii() and (token.isalpha() or token in query.weights)
            for i in range(max(1, len(token) - _LETTER_GRAM_LENGTH + 1))
        }
    )
    if not grams:
        return [0.0] * len(texts)
    rows = (f"{title.latin} {text.latin}" for title, text in texts)
    held = [[gram in row for gram in grams] for row in rows]
    holding = [sum(column) for column in zip(*held, strict=True)]
    weights = [math.log(1 + len(texts) / (count + 0.5)) for count in holding]
    total = sum(weights)
    return [sum(w for w, has in zip(weights, row, strict=True) if has) / total for row in held]


def _triple_shares(
    query: Query, texts: Sequence[tuple[_TokenisedText, _TokenisedText]]
) -> list[float]:
    """The share of the query's runs of three words that each title and text hold."""
    tokens = query.tokens
    threes = zip(tokens, tokens[1:], tokens[2:], strict=False)
    triples = {(a, b, c): f" {a} {b} {c} " for a, b, c in threes}
    share = (_BIGRAM_RUN_WEIGHT if _are_bigrams(tokens) else 1.0) / (len(triples) or 1)
    found: list[float] = []
    for title, text in texts:
        heads, places, row = title.places, text.places, f" {title.joined} {text.joined} "
        held = sum(
            joined in row
            for (a, b, c), joined in triples.items()
            if (a in places or a in heads)  # faster than searching the whole text
            and (b in places or b in heads)
            and (c in places or c in heads)
        )
        found.append(share * held)
    return found


def _neighbour_scores(hits: Sequence[Hit], matches: Sequence[float]) -> list[float]:
    """How well the best neighbour of each hit matches, among the hits of the same source.

    A neighbour counts the square of its share of the best match, and e times less for every
    ``_NEIGHBOUR_DECAY_CHARACTERS`` in between.

    Args:
        hits: the candidates.
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
            carried = max(
                (matches[before] / best) ** 2,
                carried * math.exp(-length / _NEIGHBOUR_DECAY_CHARACTERS),
            )
            gap = max(0, here.start - last.end, last.start - here.end)
            same = last.source_id == here.source_id
            carried = carried * math.exp(-gap / _NEIGHBOUR_DECAY_CHARACTERS) if same else 0.0
            found[n] = max(found[n], carried)
    return found
