"""Gathering: the passages of the library that bear on a question, in both languages."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from virtual_lab.domain import Passage, Source
from virtual_lab.library.ephemeral import is_docs_collection
from virtual_lab.library.index import DocumentIndex, Hit, Scope
from virtual_lab.retrieval import rerank
from virtual_lab.retrieval.hybrid import NOTHING, Near, fused
from virtual_lab.retrieval.near_duplicates import without_near_duplicates
from virtual_lab.retrieval.query_terms import Concepts, find_concepts
from virtual_lab.text.glossary import Glossary
from virtual_lab.text.language import detect_language
from virtual_lab.text.tokens import tokenise

if TYPE_CHECKING:
    from virtual_lab.retrieval.dense import DenseRetriever

_SUPPORT = 0.5  # of what a neighbour's score counts; from benchmarks.precision, see docs
_NEIGHBOURS = 4
_SPEAKS = 0.35  # share of the best score from which a language speaks of the question
_FOREIGN = 0.8  # what the best passage of another language counts then


class _Found(NamedTuple):
    """What a query finds by its words in both languages, and in which order where these alone
    are searched."""

    words: str
    hits: list[Hit]
    ranked: Sequence[Hit] = ()


class Retriever:
    """Searches some collections of an index with the help of a glossary.

    With ``dense``, passages are found by the nearness of their vectors as well.
    """

    def __init__(
        self,
        index: DocumentIndex,
        glossary: Glossary,
        collections: Sequence[str] = (),
        dense: DenseRetriever | None = None,
    ) -> None:
        self.index = index
        self.glossary = glossary
        self.collections = tuple(collections)
        self.dense = dense
        self._scope = Scope(index, self.collections)
        self._by_query: dict[tuple[str, int], _Found] = {}
        self._turn = Lock()

    def including(self, collection: str) -> Retriever:
        """The same over one more collection; who searches everywhere searches it already."""
        wider = (*self.collections, collection) if self.collections else ()
        return Retriever(self.index, self.glossary, wider, self.dense)

    def concepts(self, question: str) -> Concepts:
        """What a question asks about, weighted by how rare it is in what is searched."""
        return find_concepts(question, _language(question), self.glossary, self._scope)

    def search(self, queries: Sequence[str], limit: int) -> list[Hit]:
        """The passages that match one or more queries, each searched in both languages.

        The score of a hit is a share of the best passage's for the same query, so between 0 and
        1; where several queries find it, the best one counts. Passages of one page support each
        other: half of the scores of its best neighbours counts for each. Where the library
        speaks of it in the language of the query, passages in another language stand behind.
        A text that several sources hold is found once and names the others.
        """
        best: dict[str, Hit] = {}
        found = {query: self._found(query, 2 * limit) for query in dict.fromkeys(queries)}
        near: Mapping[str, Near] = {}
        if self.dense:
            hits = {query: by_words.hits for query, by_words in found.items()}
            near = self.dense.search(hits, self.collections, max(2 * limit, rerank.DEPTH))
        for query, by_words in found.items():
            ranked = by_words.ranked or self._ranked(query, by_words, near.get(query, NOTHING))
            for hit in ranked:
                known = best.get(hit.passage.id)
                if known is None or hit.score > known.score:
                    best[hit.passage.id] = hit
        return without_near_duplicates(
            sorted(best.values(), key=lambda hit: (-hit.score, hit.passage.id))
        )[:limit]

    def _found(self, query: str, limit: int) -> _Found:
        """What a query finds by its words; several specialists of a team ask the same at once."""
        with self._turn:
            if (query, limit) not in self._by_query:
                self._by_query[query, limit] = self._look(query, limit)
            return self._by_query[query, limit]

    def _look(self, query: str, limit: int) -> _Found:
        """Search, unless the same was asked before and as many passages were wanted."""
        before = (
            f for (asked, most), f in self._by_query.items() if asked == query and most > limit
        )
        wider = next(before, None)
        if wider and len(wider.hits) <= limit:
            return wider
        words = wider.words if wider else " ".join(self.concepts(query).queries)
        hits = wider.hits if wider else self.index.search(words, self.collections, limit)
        found = _Found(words, hits[:limit])
        if self.dense is None:
            found = found._replace(ranked=self._ranked(query, found, NOTHING))
        return found

    def _ranked(self, query: str, found: _Found, near: Near) -> list[Hit]:
        hits = fused(found.hits, near)
        read = _read(hits, rerank.scores(self._scope, found.words, hits, near))
        single_passage_sources = self.index.single_passage_sources(
            {hit.passage.source_id for hit in read}
        )
        return _balanced(_supported(read, single_passage_sources), _language(query))

    def take_in(self, shelf: str) -> None:
        """Compute the vectors of what one question brought along, where there are vectors.

        That are the collection ``shelf``, those of folders that the question names, and what was
        added to the library just before; it takes some seconds at the most.
        """
        if self.dense is not None:
            own = {name for name in self.collections if is_docs_collection(name)}
            own.add(shelf)
            shared = [name for name in self.collections if name not in own]
            self.dense.take_in([*own], shared if self.collections else None)

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """Passages by their ids."""
        return [self.index.passage(passage_id) for passage_id in ids]

    def source(self, source_id: str) -> Source:
        """One source."""
        return self.index.source(source_id)

    def weight(self, text: str) -> float:
        """The weight of the rarest token of ``text``."""
        return max(self.index.weights(tokenise(text), self.collections).values(), default=0.0)


def _read(hits: Sequence[Hit], scores: Sequence[float]) -> list[Hit]:
    """Hits with the root of what the ranking gives them multiplied to their BM25 score.

    What comes after, up to the choice of sentences, is tuned to the spread of BM25 scores; the
    ranking's own scores lie closer together, since most passages have some of each feature.
    """
    return [
        hit._replace(score=hit.score * math.sqrt(score))
        for hit, score in zip(hits, scores, strict=True)
    ]


def _supported(hits: Sequence[Hit], single_passage_sources: Container[str]) -> list[Hit]:
    """Hits with the support of their neighbours on the page (or in a source without pages).

    Args:
        lone: sources that have no other passage, such as abstracts. They get what the others get
            on the whole, lest those be found before them for their length.
    """
    places: dict[tuple[str, int | None], list[float]] = {}
    for passage, score, _ in hits:
        places.setdefault((passage.source_id, passage.page), []).append(score)
    together = {place: sum(sorted(scores)[-_NEIGHBOURS:]) for place, scores in places.items()}
    near = [together[hit.passage.source_id, hit.passage.page] - hit.score for hit in hits]
    alone = [hit.passage.source_id in single_passage_sources for hit in hits]
    counted = sum(hit.score for hit, is_alone in zip(hits, alone, strict=True) if not is_alone)
    usual = sum(near) / counted if counted else 0.0
    scores = [
        hit.score + _SUPPORT * (usual * hit.score if is_alone else neighbours)
        for hit, neighbours, is_alone in zip(hits, near, alone, strict=True)
    ]
    best = max(scores, default=0.0) or 1.0
    return [Hit(hit.passage, score / best) for hit, score in zip(hits, scores, strict=True)]


def _balanced(hits: Sequence[Hit], language: str) -> list[Hit]:
    """Hits with the scores of the two sides, own language and others, brought onto one scale.

    BM25 adds up more for a translated term, since a Korean word is several bigrams and a term
    has several translations; so each side is measured against its own best.
    """
    own = max((hit.score for hit in hits if hit.passage.language == language), default=0.0)
    other = max((hit.score for hit in hits if hit.passage.language != language), default=0.0)
    if own < _SPEAKS or not other:
        return list(hits)
    return [
        Hit(passage, score / own if passage.language == language else _FOREIGN * score / other)
        for passage, score, _ in hits
    ]


def _language(query: str) -> str:
    return "ko" if detect_language(query) == "ko" else "en"
