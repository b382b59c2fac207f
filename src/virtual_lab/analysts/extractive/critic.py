"""The critic: an independent score of one specialist's work, from figures alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from virtual_lab.analysts.analyst import Review
from virtual_lab.analysts.extractive.coverage import held, unspoken
from virtual_lab.analysts.extractive.relevance import share, similarity
from virtual_lab.analysts.extractive.selection import ON_TOPIC
from virtual_lab.domain import Critique, Finding
from virtual_lab.messages import say
from virtual_lab.text.tokens import prepared

_ENOUGH_FINDINGS = 5
_ENOUGH_SOURCES = 3
_REPETITIVE = 0.6
_WEIGHTY = 0.5  # share of the heaviest concept's weight from which one is asked for
_FEW_FINDINGS = 3  # fewer are no answer yet; from benchmarks.precision
_HIGHEST, _ALONE, _FEW = 5, 4, 3


def review_work(review: Review) -> Critique:
    """Score coverage of the question, number of findings and sources, and redundancy.

    Half of the score is the weighted share of the question's concepts that the quotes hold; the
    rest is how many findings there are, and how many independent sources of those that the
    library has on the question. Repetition takes a point; what rests on one source alone, where
    there are others, gets no 5, and who has fewer than three findings gets no 4.
    """
    language = review.inquiry.language
    concepts = review.inquiry.concepts.concepts
    weights = [concept.weight for concept in concepts]
    coverage = share(weights, _held(review, review.findings))
    sources = {quote.source_id for finding in review.findings for quote in finding.quotes}
    repetitive = _redundancy(review.findings) > _REPETITIVE
    uncovered = _apart(
        concept.term for concept in unspoken(review.inquiry, review.findings, _WEIGHTY)
    )
    available = {hit.passage.source_id for hit in review.inquiry.survey if hit.score >= ON_TOPIC}
    merit = (
        0.5 * coverage
        + 0.35 * min(1.0, len(review.findings) / _ENOUGH_FINDINGS)
        + 0.15 * min(1.0, len(sources) / max(1, min(len(available), _ENOUGH_SOURCES)))
    )
    alone = len(sources) == 1 < len(available)
    few = len(review.findings) < _FEW_FINDINGS
    score = 1 + round(4 * merit) - repetitive if review.findings else 1
    remaining, needed = [], []
    if not review.findings:
        remaining.append(say("extractive.no_findings", language))
    if uncovered:
        remaining.append(say("extractive.uncovered", language, terms=", ".join(uncovered)))
        needed.append(say("extractive.need_terms", language, terms=", ".join(uncovered)))
    if review.findings and few:
        remaining.append(say("extractive.few_findings", language, most=_FEW_FINDINGS))
        needed.append(say("extractive.need_findings", language))
    if alone:
        remaining.append(say("extractive.one_source", language))
        needed.append(say("extractive.need_source", language))
    if repetitive:
        remaining.append(say("extractive.repetitive", language))
    return Critique(
        specialist=review.specialist.id,
        round=review.round,
        score=max(1, min(_FEW if few else _ALONE if alone else _HIGHEST, score)),
        improved=_improved(review, coverage, len(sources)),
        remaining=" ".join(remaining) or say("extractive.nothing_remains", language),
        needed=" ".join(needed) or say("extractive.need_nothing", language),
        search_for=tuple(uncovered),
    )


def _apart(terms: Iterable[str]) -> list[str]:
    """The terms without those that are another one with an ending: 식품위생법, 식품위생법상."""
    every = list(terms)
    return [
        term
        for term in every
        if not any(
            term != other and term.startswith(other) and len(term) <= len(other) + 1
            for other in every
        )
    ]


def _held(review: Review, findings: Sequence[Finding]) -> list[float]:
    """For each concept of the question how far the best of the findings holds it."""
    return held(review.inquiry, [finding.claim for finding in findings])


def _redundancy(findings: Sequence[Finding]) -> float:
    """The mean similarity of each finding to the one that is most like it."""
    if len(findings) < 2:
        return 0.0
    tokens = [frozenset(prepared(finding.claim)) for finding in findings]
    closest = [
        max(similarity(own, other) for j, other in enumerate(tokens) if i != j)
        for i, own in enumerate(tokens)
    ]
    return sum(closest) / len(closest)


def _improved(review: Review, coverage: float, sources: int) -> str:
    language = review.inquiry.language
    if review.previous is None:
        return say(
            "extractive.first_look", language, findings=len(review.findings), sources=sources
        )
    if not review.new_findings:
        return say("extractive.stood_still", language)
    weights = [concept.weight for concept in review.inquiry.concepts.concepts]
    before = share(weights, _held(review, review.previous_findings))
    return say(
        "extractive.grew",
        language,
        new=review.new_findings,
        before=round(100 * before),
        after=round(100 * coverage),
    )
