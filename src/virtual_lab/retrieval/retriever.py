"""The retriever: finds the passages of the library for a question, in both languages."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from virtual_lab.domain import Passage, Source
from virtual_lab.library.ephemeral import is_docs_collection
from virtual_lab.library.index import DocumentIndex, Hit, Scope
from virtual_lab.retrieval import rerank
from virtual_lab.retrieval.hybrid import NO_MATCHES, VectorMatches, merge_candidates
from virtual_lab.retrieval.near_duplicates import without_near_duplicates
from virtual_lab.retrieval.query_terms import Concepts, find_concepts
from virtual_lab.text.glossary import Glossary
from virtual_lab.text.language import detect_language
from virtual_lab.text.tokens import tokenise

if TYPE_CHECKING:
    from virtual_lab.retrieval.dense import DenseRetriever

# How much of its neighbours' scores a passage gets; chosen by benchmarks.precision, see docs.
_NEIGHBOUR_SHARE = 0.5
_MOST_NEIGHBOURS = 4
# Below this score, the passages in the language of the question do not count as an answer.
_LEAST_OWN_LANGUAGE_SCORE = 0.35
# Where they do, the best passage in another language gets this score.
_BEST_OTHER_LANGUAGE_SCORE = 0.8


class _WordMatches(NamedTuple):
    """The result of a search by words: the words in both languages, their hits, and these ranked,
    unless vectors are searched as well."""

    words: str
    hits: list[Hit]
    ranked: Sequence[Hit] = ()


class Retriever:
    """Searches some collections of an index in both languages.

    Args:
        index: the passages.
        glossary: the names of terms in both languages.
        collections: the collections to search; all of them where it is empty.
        dense: the search by vectors, where there are any.
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
        self._by_query: dict[tuple[str, int], _WordMatches] = {}
        self._lock = Lock()

    def including(self, collection: str) -> Retriever:
        """A retriever of the same and one more collection."""
        wider = (*self.collections, collection) if self.collections else ()
        return Retriever(self.index, self.glossary, wider, self.dense)

    def concepts(self, question: str) -> Concepts:
        """The concepts of a question, weighted by how rare they are in these collections."""
        return find_concepts(question, _language(question), self.glossary, self._scope)

    def search(self, queries: Sequence[str], limit: int) -> list[Hit]:
        """The passages that match one or more queries best, each searched in both languages.

        Scores are between 0 and 1, relative to the best passage for the same query; of several
        queries the best score counts. Passages of one page support each other: each gets half of
        the scores of its best neighbours. Where the library answers in the language of the query,
        passages in another language rank lower. A text that several sources hold is given once
        and names the other sources.
        """
        best: dict[str, Hit] = {}
        found = {query: self._match_words(query, 2 * limit) for query in dict.fromkeys(queries)}
        matches: Mapping[str, VectorMatches] = {}
        if self.dense:
            hits = {query: by_words.hits for query, by_words in found.items()}
            matches = self.dense.search(hits, self.collections, max(2 * limit, rerank.DEPTH))
        for query, by_words in found.items():
            ranked = by_words.ranked or self._rank(query, by_words, matches.get(query, NO_MATCHES))
            for hit in ranked:
                known = best.get(hit.passage.id)
                if known is None or hit.score > known.score:
                    best[hit.passage.id] = hit
        return without_near_duplicates(
            sorted(best.values(), key=lambda hit: (-hit.score, hit.passage.id))
        )[:limit]

    def _match_words(self, query: str, limit: int) -> _WordMatches:
        """The search by words, made once where several specialists ask the same."""
        with self._lock:
            if (query, limit) not in self._by_query:
                self._by_query[query, limit] = self._search_words(query, limit)
            return self._by_query[query, limit]

    def _search_words(self, query: str, limit: int) -> _WordMatches:
        """Search by words, or take the result of an earlier search with a higher limit."""
        before = (
            f for (known, most), f in self._by_query.items() if known == query and most > limit
        )
        wider = next(before, None)
        if wider and len(wider.hits) <= limit:
            return wider
        words = wider.words if wider else " ".join(self.concepts(query).queries)
        hits = wider.hits if wider else self.index.search(words, self.collections, limit)
        found = _WordMatches(words, hits[:limit])
        if self.dense is None:
            found = found._replace(ranked=self._rank(query, found, NO_MATCHES))
        return found

    def _rank(self, query: str, found: _WordMatches, matches: VectorMatches) -> list[Hit]:
        hits = merge_candidates(found.hits, matches)
        read = _with_ranking_scores(hits, rerank.scores(self._scope, found.words, hits, matches))
        single_passage_sources = self.index.single_passage_sources(
            {hit.passage.source_id for hit in read}
        )
        return _balance_languages(_with_neighbours(read, single_passage_sources), _language(query))

    def embed_new_passages(self, shelf: str) -> None:
        """Embed the passages that came with a question, where vectors are searched.

        These are the passages of the collection ``shelf``, of the folders that the question names,
        and of files that were just added to the library. It takes 15 seconds at most.
        """
        if self.dense is not None:
            own = {name for name in self.collections if is_docs_collection(name)}
            own.add(shelf)
            shared = [name for name in self.collections if name not in own]
            self.dense.embed_new_passages([*own], shared if self.collections else None)

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """Passages by their ids."""
        return [self.index.passage(passage_id) for passage_id in ids]

    def source(self, source_id: str) -> Source:
        """One source."""
        return self.index.source(source_id)

    def weight(self, text: str) -> float:
        """The weight of the rarest token of ``text``."""
        return max(self.index.weights(tokenise(text), self.collections).values(), default=0.0)


def _with_ranking_scores(hits: Sequence[Hit], scores: Sequence[float]) -> list[Hit]:
    """Hits with their BM25 scores multiplied by the root of their scores of the reranking.

    The later steps, up to the choice of sentences, are tuned to the spread of BM25 scores; those of
    the reranking lie closer together.
    """
    return [
        hit._replace(score=hit.score * math.sqrt(score))
        for hit, score in zip(hits, scores, strict=True)
    ]


def _with_neighbours(hits: Sequence[Hit], single_passage_sources: Container[str]) -> list[Hit]:
    """Hits with a share of the scores of their neighbours on the page, or in the source.

    Args:
        hits: the hits.
        single_passage_sources: the ids of sources that have a single passage, such as abstracts.
            They get the average share, so that longer documents do not rank before them for their
            length.
    """
    places: dict[tuple[str, int | None], list[float]] = {}
    for passage, score, _ in hits:
        places.setdefault((passage.source_id, passage.page), []).append(score)
    together = {place: sum(sorted(scores)[-_MOST_NEIGHBOURS:]) for place, scores in places.items()}
    neighbour_sums = [together[hit.passage.source_id, hit.passage.page] - hit.score for hit in hits]
    are_single = [hit.passage.source_id in single_passage_sources for hit in hits]
    counted = sum(
        hit.score for hit, is_single in zip(hits, are_single, strict=True) if not is_single
    )
    average_share = sum(neighbour_sums) / counted if counted else 0.0
    scores = [
        hit.score + _NEIGHBOUR_SHARE * (average_share * hit.score if is_single else neighbours)
        for hit, neighbours, is_single in zip(hits, neighbour_sums, are_single, strict=True)
    ]
    best = max(scores, default=0.0) or 1.0
    return [Hit(hit.passage, score / best) for hit, score in zip(hits, scores, strict=True)]


def _balance_languages(hits: Sequence[Hit], language: str) -> list[Hit]:
    """Hits with the scores in the query's language and in others brought onto one scale.

    A translated term has higher BM25 scores, since a Korean word is several bigrams and a term has
    several translations. So scores are taken relative to the best passage in the same language.
    """
    own = max((hit.score for hit in hits if hit.passage.language == language), default=0.0)
    other = max((hit.score for hit in hits if hit.passage.language != language), default=0.0)
    if own < _LEAST_OWN_LANGUAGE_SCORE or not other:
        return list(hits)
    return [
        Hit(
            passage,
            score / own
            if passage.language == language
            else _BEST_OTHER_LANGUAGE_SCORE * score / other,
        )
        for passage, score, _ in hits
    ]


def _language(query: str) -> str:
    return "ko" if detect_language(query) == "ko" else "en"
