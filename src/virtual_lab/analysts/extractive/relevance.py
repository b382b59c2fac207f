"""How far a statement answers the question.

Three things speak for a statement, each measured against the best in the library: how well its
passage matches the question, what share of the question's concepts (by weight) it holds itself,
and what share it holds together with its headings, its passage and its source's title: a sentence
under "Genotoxicity" need not say the word again. The weights come from benchmarks.precision.
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

_PASSAGE, _DIRECT, _CONTEXT = 0.5, 0.2, 0.3
_HEADING, _NEAR, _TITLE = 0.8, 0.45, 0.35  # of what a concept in the sentence itself counts
_POINTS_AWAY = 0.7  # factor for a sentence that only points at another place
_LONG, _LONG_FACTOR = 420, 0.9  # characters above which a statement is hard to read
_SAME_LANGUAGE = 1.2  # factor for a passage in the language of the report
_SUMMARY_FACTOR, _ALLEGED_FACTOR = 1.12, 0.8  # for what a summary says; for what a party claims
_DEMANDS_FACTOR = 1.08  # for a statement that demands, where the question asks for demands
_OFF_TOPIC = 0.3  # least share of the question, of the best one's, that a statement must hold
_BY_THE_WAY = 0.7  # most that a passage's score counts which only a theme's query found
_HARDLY_ANY = 0.14  # share of the question below which the library does not speak of it
_HOLDS = 0.7  # how far a concept must be held to be counted

_CITED = re.compile(r"\([^()]*\b(?:19|20)\d\d[a-z]?\)")  # (EFSA Scientific Committee, 2011b)

_SUMMARY = re.compile(
    r"(?:abstract|(?:executive )?summary|conclusions?|key points|highlights"
    r"|판결 ?요지|요지|요약|초록|결론)$",
    re.IGNORECASE,
)
_ALLEGED = re.compile(
    r"주장|청구 ?취지|항소 ?취지|주 ?문$|관계 ?법령|(?:argument|submission|contention)s? of",
    re.IGNORECASE,
)
_CLAIMS = re.compile(
    r"주장(?:한다|하나|하였다|하고 있다|했다)\W*$|\b(?:argues?|contends?|submits?) that\b"
)
_ASKS_FOR_DEMANDS = re.compile(
    r"\b(?:must|shall|should|required?|requirements?|need(?:s|ed)?|necessary|obligat\w+|have to)\b"
    r"|요건|요구|필요|의무|해야|하여야|제출|기준",
    re.IGNORECASE,
)
_DEMANDS = re.compile(
    r"\b(?:must|shall|should|(?:is|are) (?:to be|required|requested|needed)"
    r"|(?:has|have|needs?) to)\b"
    r"|하여야|해야|필요하|의무|요구된|제출한다",
    re.IGNORECASE,
)


class Candidate(NamedTuple):
    """A statement of a passage and what speaks for it.

    ``direct`` is the share of the question that the statement itself holds, from 0 to 1;
    ``passage_score`` and ``relevance`` are 1 for the best of the library, more or less.
    """

    statement: QuotableText
    passage: Passage
    tokens: frozenset[str]
    direct: float
    passage_score: float
    relevance: float


class _Measured(NamedTuple):
    """A statement with the share of the question that it holds itself, with its surroundings,
    and with its headings alone, the number of words that the last holds, and what its relevance
    is multiplied with for the way it speaks."""

    statement: QuotableText
    direct: float
    context: float
    tokens: frozenset[str]
    in_place: float
    holds: int
    factors: tuple[float, ...]


class _PreparedStatement(NamedTuple):
    """A statement, its words, and how it speaks, whatever the question is."""

    statement: QuotableText
    words: TextTokens
    demands: bool
    claims: bool


class _Prepared(NamedTuple):
    """The words of a passage: of its headings, of all of it, and of each statement."""

    headings: TextTokens
    text: TextTokens
    section_factor: float
    statements: tuple[_PreparedStatement, ...]


class RelevanceScorer:
    """Measures statements against the best that the library has for the question."""

    def __init__(self, inquiry: Inquiry) -> None:
        self.inquiry = inquiry
        self._known: dict[str, list[_Measured]] = {}
        self._titles: dict[str, tuple[float, ...]] = {}
        self._concepts = inquiry.concepts
        self._weights = [concept.weight for concept in self._concepts.concepts]
        self._scores = {hit.passage.id: hit.score for hit in inquiry.survey}
        self._asks_for_demands = bool(_ASKS_FOR_DEMANDS.search(inquiry.question.topic))
        every = [measured for hit in inquiry.survey for measured in self._measured(hit.passage)]
        self._direct = max((m.direct for m in every), default=0.0)
        self._context = max((m.context for m in every), default=0.0)
        self._speaks = self._speaks_of_the_question(every)
        self.best = max((c.relevance for c in self.candidates(inquiry.survey)), default=0.0)

    @property
    def answerable(self) -> bool:
        """Whether the library speaks of the question at all."""
        return self._speaks

    def _speaks_of_the_question(self, every: Sequence[_Measured]) -> bool:
        """Whether some statement, read under its headings, holds enough of the question.

        It must hold two of its words and a share of their weight, in which what no passage holds
        counts as well: "football rules" is not answered by the rules of procedure.
        """
        concepts = self._concepts
        wanted = min(2, sum(map(_words, concepts.concepts)) + len(concepts.absent))
        known = sum(self._weights)
        share_known = known / (known + concepts.absent_weight) if known else 0.0
        return any(m.holds >= wanted and m.in_place * share_known >= _HARDLY_ANY for m in every)

    def candidates(self, hits: Iterable[Hit]) -> list[Candidate]:
        """The statements of the passages of ``hits`` that speak of the question.

        The score of a passage that the question itself did not find is a share of the best that
        the query of a theme found, which may be far from the question: it counts less.
        """
        return [
            Candidate(
                each.statement,
                hit.passage,
                each.tokens,
                each.direct,
                score := self._scores.get(hit.passage.id, min(_BY_THE_WAY, hit.score)),
                self._relevance(each, score),
            )
            for hit in hits
            for each in self._measured(hit.passage)
            if each.context >= _OFF_TOPIC * self._context
        ]

    def _relevance(self, measured: _Measured, score: float) -> float:
        relevance = (
            _PASSAGE * score
            + _DIRECT * measured.direct / (self._direct or 1.0)
            + _CONTEXT * measured.context / (self._context or 1.0)
        )
        for factor in measured.factors:
            relevance *= factor
        return relevance

    def _factors(
        self, each: _PreparedStatement, section_factor: float, language: str
    ) -> Iterator[float]:
        if each.statement.points_away:
            yield _POINTS_AWAY
        if len(each.statement.text) > _LONG:
            yield _LONG_FACTOR
        if self._asks_for_demands and each.demands:
            yield _DEMANDS_FACTOR
        yield section_factor
        if each.claims:
            yield _ALLEGED_FACTOR
        if language == self.inquiry.language:
            yield _SAME_LANGUAGE

    def _measured(self, passage: Passage) -> list[_Measured]:
        if passage.id not in self._known:
            self._known[passage.id] = self._measure(passage)
        return self._known[passage.id]

    def _measure(self, passage: Passage) -> list[_Measured]:
        concepts = self._concepts
        read = _prepared(passage)
        headings = concepts.match(read.headings)
        around = [
            max(_HEADING * heading, _NEAR * near, _TITLE * named)
            for heading, near, named in zip(
                headings,
                concepts.match(read.text),
                self._named_in_title(passage.source_id),
                strict=True,
            )
        ]
        measured = []
        for each in read.statements:
            held = concepts.match(each.words)
            in_place = [max(own, heading) for own, heading in zip(held, headings, strict=True)]
            context = [max(own, other) for own, other in zip(held, around, strict=True)]
            measured.append(
                _Measured(
                    each.statement,
                    share(self._weights, held),
                    share(self._weights, context),
                    each.words.distinct,
                    share(self._weights, in_place),
                    sum(
                        _words(concept)
                        for concept, value in zip(concepts.concepts, in_place, strict=True)
                        if value >= _HOLDS
                    ),
                    tuple(self._factors(each, read.section_factor, passage.language)),
                )
            )
        return measured

    def _named_in_title(self, source_id: str) -> tuple[float, ...]:
        if source_id not in self._titles:
            title = self.inquiry.retriever.source(source_id).title
            self._titles[source_id] = self._concepts.match(TextTokens.of(prepared(title)))
        return self._titles[source_id]


def _words(concept: Concept) -> int:
    """1 for a concept of one short word, 2 for one that says more."""
    return min(2, len(concept.names[0]))


def _section_factor(section: Sequence[str]) -> float:
    if any(map(_ALLEGED.search, section)):
        return _ALLEGED_FACTOR
    return _SUMMARY_FACTOR if any(map(_SUMMARY.match, section)) else 1.0


@lru_cache(maxsize=500)
def _prepared(passage: Passage) -> _Prepared:
    return _Prepared(
        TextTokens.of(tokenise(" . ".join(passage.section))),
        TextTokens.of(tokenise(passage.text)),
        _section_factor(passage.section),
        tuple(
            _PreparedStatement(
                statement,
                TextTokens.of(tokenise(_CITED.sub(" ", statement.text))),
                bool(_DEMANDS.search(statement.text)),
                bool(_CLAIMS.search(statement.text)),
            )
            for statement in statements(passage)
        ),
    )


def share(weights: Sequence[float], values: Sequence[float]) -> float:
    """The weighted mean of ``values``; 0 without weights."""
    total = sum(weights)
    if not total:
        return 0.0
    return sum(weight * value for weight, value in zip(weights, values, strict=True)) / total


def similarity(first: frozenset[str], second: frozenset[str]) -> float:
    """The share of tokens that two statements have in common (overlap coefficient).

    Unlike Jaccard's index it also sees that a short statement is contained in a long one.
    """
    smaller = min(len(first), len(second))
    return len(first & second) / smaller if smaller else 0.0
