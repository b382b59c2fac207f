"""The relevance of a statement: how well it answers the question.

It is a weighted sum of three measures, each relative to the best in the library: the score of the
passage, the share of the question's concepts (by weight) that the statement holds, and the share
that it holds together with its headings, its passage and the title of its source, since a sentence
under "Genotoxicity" need not repeat the word. The weights were chosen by benchmarks.precision.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from virtual_lab.analysts.analyst import Inquiry
from virtual_lab.documents.quotable import QuotableText, statements
from virtual_lab.domain import Passage
from virtual_lab.library.index import Hit
from virtual_lab.retrieval.query_terms import Concept, TextTokens
from virtual_lab.text.tokens import prepared, tokenise

_PASSAGE_WEIGHT, _DIRECT_WEIGHT, _CONTEXT_WEIGHT = 0.5, 0.2, 0.3
# A concept counts less where it stands not in the statement but in one of these.
_IN_HEADING, _IN_PASSAGE, _IN_TITLE = 0.8, 0.45, 0.35
_REFERENCE_FACTOR = 0.7
_LONG_STATEMENT_CHARACTERS, _LONG_STATEMENT_FACTOR = 420, 0.9
_REPORT_LANGUAGE_FACTOR = 1.2
_SUMMARY_FACTOR = 1.12
_ALLEGATION_FACTOR = 0.8
_REQUIREMENT_FACTOR = 1.08
# A statement is off topic below this share of the largest share of the question in context.
_LEAST_CONTEXT_SHARE = 0.3
# A passage that was found by the query of a theme, not by the question, scores at most this.
_HIGHEST_SCORE_BY_THEME = 0.7
# The library does not answer the question where no statement holds this share of it.
_LEAST_ANSWERABLE_SHARE = 0.14
_LEAST_MATCH = 0.7

_CITATION = re.compile(r"\([^()]*\b(?:19|20)\d\d[a-z]?\)")  # (EFSA Scientific Committee, 2011b)

_SUMMARY_HEADING = re.compile(
    r"(?:abstract|(?:executive )?summary|conclusions?|key points|highlights"
    r"|판결 ?요지|요지|요약|초록|결론)$",
    re.IGNORECASE,
)
_ALLEGATION_HEADING = re.compile(
    r"주장|청구 ?취지|항소 ?취지|주 ?문$|관계 ?법령|(?:argument|submission|contention)s? of",
    re.IGNORECASE,
)
_ALLEGATION = re.compile(
    r"주장(?:한다|하나|하였다|하고 있다|했다)\W*$|\b(?:argues?|contends?|submits?) that\b"
)
_ASKS_FOR_REQUIREMENTS = re.compile(
    r"\b(?:must|shall|should|required?|requirements?|need(?:s|ed)?|necessary|obligat\w+|have to)\b"
    r"|요건|요구|필요|의무|해야|하여야|제출|기준",
    re.IGNORECASE,
)
_REQUIREMENT = re.compile(
    r"\b(?:must|shall|should|(?:is|are) (?:to be|required|requested|needed)"
    r"|(?:has|have|needs?) to)\b"
    r"|하여야|해야|필요하|의무|요구된|제출한다",
    re.IGNORECASE,
)


class Candidate(NamedTuple):
    """A statement of a passage with its scores.

    Attributes:
        statement: the statement.
        passage: its passage.
        tokens: its distinct tokens.
        direct: the share of the question that the statement itself holds, from 0 to 1.
        passage_score: the score of the passage, relative to the best one.
        relevance: the relevance of the statement; about 1 for the best.
    """

    statement: QuotableText
    passage: Passage
    tokens: frozenset[str]
    direct: float
    passage_score: float
    relevance: float


class _MeasuredStatement(NamedTuple):
    """A statement and how it matches the question.

    Attributes:
        statement: the statement.
        direct: the share of the question that it holds itself.
        context: the share that it holds with its headings, its passage and the title.
        tokens: its distinct tokens.
        with_headings: the share that it holds with its headings.
        word_count: how many words of the question it holds with its headings.
        factors: what its relevance is multiplied with.
    """

    statement: QuotableText
    direct: float
    context: float
    tokens: frozenset[str]
    with_headings: float
    word_count: int
    factors: tuple[float, ...]


class _PreparedStatement(NamedTuple):
    """A statement, its tokens, and whether it states a requirement or an allegation."""

    statement: QuotableText
    words: TextTokens
    is_requirement: bool
    is_allegation: bool


class _PreparedPassage(NamedTuple):
    """A passage, prepared for any question: the tokens of its headings, its text and each of its
    statements."""

    headings: TextTokens
    text: TextTokens
    section_factor: float
    statements: tuple[_PreparedStatement, ...]


class RelevanceScorer:
    """Scores statements relative to the best that the library has for the question.

    Attributes:
        inquiry: the question and its survey of the library.
        best: the highest relevance in the survey.
    """

    def __init__(self, inquiry: Inquiry) -> None:
        self.inquiry = inquiry
        self._measured_by_passage: dict[str, list[_MeasuredStatement]] = {}
        self._titles: dict[str, tuple[float, ...]] = {}
        self._concepts = inquiry.concepts
        self._weights = [concept.weight for concept in self._concepts.concepts]
        self._scores = {hit.passage.id: hit.score for hit in inquiry.survey}
        self._asks_for_requirements = bool(_ASKS_FOR_REQUIREMENTS.search(inquiry.question.topic))
        every = [
            measured for hit in inquiry.survey for measured in self._statements_of(hit.passage)
        ]
        self._best_direct = max((m.direct for m in every), default=0.0)
        self._best_context = max((m.context for m in every), default=0.0)
        self._answerable = self._is_answerable(every)
        self.best = max((c.relevance for c in self.candidates(inquiry.survey)), default=0.0)

    @property
    def answerable(self) -> bool:
        """Whether the library holds anything on the question."""
        return self._answerable

    def _is_answerable(self, every: Sequence[_MeasuredStatement]) -> bool:
        """Whether some statement, with its headings, holds enough of the question.

        It must hold two words of the question and a share of its weight. Concepts that no passage
        holds count in that weight, so that "football rules" is not answered by other rules.
        """
        concepts = self._concepts
        wanted = min(2, sum(map(_word_count, concepts.concepts)) + len(concepts.absent))
        known = sum(self._weights)
        share_known = known / (known + concepts.absent_weight) if known else 0.0
        return any(
            m.word_count >= wanted and m.with_headings * share_known >= _LEAST_ANSWERABLE_SHARE
            for m in every
        )

    def candidates(self, hits: Iterable[Hit]) -> list[Candidate]:
        """The statements of the passages of ``hits`` that are on topic.

        A passage that only the query of a theme found has a limited score, since it is relative to
        the best passage for that query, which may be far from the question.
        """
        return [
            Candidate(
                each.statement,
                hit.passage,
                each.tokens,
                each.direct,
                score := self._scores.get(hit.passage.id, min(_HIGHEST_SCORE_BY_THEME, hit.score)),
                self._relevance(each, score),
            )
            for hit in hits
            for each in self._statements_of(hit.passage)
            if each.context >= _LEAST_CONTEXT_SHARE * self._best_context
        ]

    def _relevance(self, measured: _MeasuredStatement, score: float) -> float:
        relevance = (
            _PASSAGE_WEIGHT * score
            + _DIRECT_WEIGHT * measured.direct / (self._best_direct or 1.0)
            + _CONTEXT_WEIGHT * measured.context / (self._best_context or 1.0)
        )
        for factor in measured.factors:
            relevance *= factor
        return relevance

    def _factors(
        self, each: _PreparedStatement, section_factor: float, language: str
    ) -> Iterator[float]:
        if each.statement.points_away:
            yield _REFERENCE_FACTOR
        if len(each.statement.text) > _LONG_STATEMENT_CHARACTERS:
            yield _LONG_STATEMENT_FACTOR
        if self._asks_for_requirements and each.is_requirement:
            yield _REQUIREMENT_FACTOR
        yield section_factor
        if each.is_allegation:
            yield _ALLEGATION_FACTOR
        if language == self.inquiry.language:
            yield _REPORT_LANGUAGE_FACTOR

    def _statements_of(self, passage: Passage) -> list[_MeasuredStatement]:
        if passage.id not in self._measured_by_passage:
            self._measured_by_passage[passage.id] = self._measure(passage)
        return self._measured_by_passage[passage.id]

    def _measure(self, passage: Passage) -> list[_MeasuredStatement]:
        concepts = self._concepts
        prepared_passage = _prepare(passage)
        headings = concepts.match(prepared_passage.headings)
        around = [
            max(_IN_HEADING * heading, _IN_PASSAGE * near, _IN_TITLE * title)
            for heading, near, title in zip(
                headings,
                concepts.match(prepared_passage.text),
                self._title_match(passage.source_id),
                strict=True,
            )
        ]
        measured = []
        for each in prepared_passage.statements:
            direct = concepts.match(each.words)
            with_headings = [max(pair) for pair in zip(direct, headings, strict=True)]
            context = [max(pair) for pair in zip(direct, around, strict=True)]
            measured.append(
                _MeasuredStatement(
                    each.statement,
                    weighted_mean(self._weights, direct),
                    weighted_mean(self._weights, context),
                    each.words.distinct,
                    weighted_mean(self._weights, with_headings),
                    sum(
                        _word_count(concept)
                        for concept, value in zip(concepts.concepts, with_headings, strict=True)
                        if value >= _LEAST_MATCH
                    ),
                    tuple(self._factors(each, prepared_passage.section_factor, passage.language)),
                )
            )
        return measured

    def _title_match(self, source_id: str) -> tuple[float, ...]:
        if source_id not in self._titles:
            title = self.inquiry.retriever.source(source_id).title
            self._titles[source_id] = self._concepts.match(TextTokens.of(prepared(title)))
        return self._titles[source_id]


def _word_count(concept: Concept) -> int:
    """How many words a concept counts as: 1 where its name is one token, else 2."""
    return min(2, len(concept.names[0]))


def _section_factor(section: Sequence[str]) -> float:
    if any(map(_ALLEGATION_HEADING.search, section)):
        return _ALLEGATION_FACTOR
    return _SUMMARY_FACTOR if any(map(_SUMMARY_HEADING.match, section)) else 1.0


@lru_cache(maxsize=500)
def _prepare(passage: Passage) -> _PreparedPassage:
    return _PreparedPassage(
        TextTokens.of(tokenise(" . ".join(passage.section))),
        TextTokens.of(tokenise(passage.text)),
        _section_factor(passage.section),
        tuple(
            _PreparedStatement(
                statement,
                TextTokens.of(tokenise(_CITATION.sub(" ", statement.text))),
                bool(_REQUIREMENT.search(statement.text)),
                bool(_ALLEGATION.search(statement.text)),
            )
            for statement in statements(passage)
        ),
    )


def weighted_mean(weights: Sequence[float], values: Sequence[float]) -> float:
    """The weighted mean of ``values``; 0 without weights."""
    total = sum(weights)
    if not total:
        return 0.0
    return sum(weight * value for weight, value in zip(weights, values, strict=True)) / total


def similarity(first: frozenset[str], second: frozenset[str]) -> float:
    """The overlap coefficient of two sets of tokens, from 0 to 1.

    It is 1 where a short statement is contained in a long one, other than Jaccard's index.
    """
    smaller = min(len(first), len(second))
    return len(first & second) / smaller if smaller else 0.0
