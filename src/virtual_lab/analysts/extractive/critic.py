"""The critic without a model: scores the work of a specialist by figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from virtual_lab.analysts.analyst import Review
from virtual_lab.analysts.extractive.coverage import concept_coverage, uncovered_concepts
from virtual_lab.analysts.extractive.relevance import similarity, weighted_mean
from virtual_lab.analysts.extractive.selection import ON_TOPIC_SCORE
from virtual_lab.domain import Critique, Finding
from virtual_lab.messages import say
from virtual_lab.text.tokens import prepared

_ENOUGH_FINDINGS = 5
_ENOUGH_SOURCES = 3
_LEAST_REDUNDANCY_OF_REPETITION = 0.6
# Lighter concepts, by this share of the heaviest one's weight, need not be covered.
_LEAST_CONCEPT_SHARE = 0.5
# Fewer findings are no answer yet; chosen by benchmarks.precision.
_FEWEST_FINDINGS = 3
_HIGHEST_SCORE, _HIGHEST_SCORE_ONE_SOURCE, _HIGHEST_SCORE_FEW_FINDINGS = 5, 4, 3


def review_work(review: Review) -> Critique:
    """The critique of one specialist, with a score from 1 to 5.

    Half of the score is the weighted share of the question's concepts that the findings hold; the
    rest counts the findings, and the sources among those that the library has on the question.
    Repetition costs a point. Work on one source, where there are others, gets at most 4, and fewer
    than three findings get at most 3.
    """
    language = review.inquiry.language
    concepts = review.inquiry.concepts.concepts
    weights = [concept.weight for concept in concepts]
    coverage = weighted_mean(weights, _coverage(review, review.findings))
    sources = {quote.source_id for finding in review.findings for quote in finding.quotes}
    repetitive = _redundancy(review.findings) > _LEAST_REDUNDANCY_OF_REPETITION
    uncovered = _without_inflections(
        concept.term
        for concept in uncovered_concepts(review.inquiry, review.findings, _LEAST_CONCEPT_SHARE)
    )
    available = {
        hit.passage.source_id for hit in review.inquiry.survey if hit.score >= ON_TOPIC_SCORE
    }
    merit = (
        0.5 * coverage
        + 0.35 * min(1.0, len(review.findings) / _ENOUGH_FINDINGS)
        + 0.15 * min(1.0, len(sources) / max(1, min(len(available), _ENOUGH_SOURCES)))
    )
    on_one_source = len(sources) == 1 < len(available)
    has_few = len(review.findings) < _FEWEST_FINDINGS
    score = 1 + round(4 * merit) - repetitive if review.findings else 1
    remaining, needed = [], []
    if not review.findings:
        remaining.append(say("extractive.no_findings", language))
    if uncovered:
        remaining.append(say("extractive.uncovered", language, terms=", ".join(uncovered)))
        needed.append(say("extractive.need_terms", language, terms=", ".join(uncovered)))
    if review.findings and has_few:
        remaining.append(say("extractive.few_findings", language, most=_FEWEST_FINDINGS))
        needed.append(say("extractive.need_findings", language))
    if on_one_source:
        remaining.append(say("extractive.one_source", language))
        needed.append(say("extractive.need_source", language))
    if repetitive:
        remaining.append(say("extractive.repetitive", language))
    return Critique(
        specialist=review.specialist.id,
        round=review.round,
        score=max(
            1,
            min(
                _HIGHEST_SCORE_FEW_FINDINGS
                if has_few
                else _HIGHEST_SCORE_ONE_SOURCE
                if on_one_source
                else _HIGHEST_SCORE,
                score,
            ),
        ),
        improved=_improved(review, coverage, len(sources)),
        remaining=" ".join(remaining) or say("extractive.nothing_remains", language),
        needed=" ".join(needed) or say("extractive.need_nothing", language),
        search_for=tuple(uncovered),
    )


def _without_inflections(terms: Iterable[str]) -> list[str]:
    """The terms without those that only add an ending to another: 식품위생법, 식품위생법상."""
    every = list(terms)
    return [
        term
        for term in every
        if not any(
            term != other and term.startswith(other) and len(term) <= len(other) + 1
            for other in every
        )
    ]


def _coverage(review: Review, findings: Sequence[Finding]) -> list[float]:
    """The best match among the findings of each concept of the question, from 0 to 1."""
    return concept_coverage(review.inquiry, [finding.claim for finding in findings])


def _redundancy(findings: Sequence[Finding]) -> float:
    """The mean similarity of each finding to the most similar other finding."""
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
    before = weighted_mean(weights, _coverage(review, review.previous_findings))
    return say(
        "extractive.grew",
        language,
        new=review.new_findings,
        before=round(100 * before),
        after=round(100 * coverage),
    )
