"""The selection of findings, by relevance and novelty (maximal marginal relevance)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from virtual_lab.analysts.analyst import Assignment
from virtual_lab.analysts.extractive.disagreements import contradicts
from virtual_lab.analysts.extractive.relevance import Candidate, RelevanceScorer, similarity
from virtual_lab.domain import Finding, Quote
from virtual_lab.library.index import Hit
from virtual_lab.text.tokens import prepared

_NOVELTY_WEIGHT = 0.25  # Carbonell and Goldstein 1998
_LEAST_OVERLAP_OF_DUPLICATES = 0.72
ON_TOPIC_SCORE = 0.58
"""The share of the best passage's score that a passage needs to be quoted in the first round."""

_LEAST_SHARE_OF_BEST_RELEVANCE = 0.66
# Later rounds also accept statements with lower scores that hold this share of the question.
_LATER_ROUND_PASSAGE_SCORE = 0.4
_LATER_ROUND_DIRECT_SHARE = 0.33
# They do so only where the library has so many sources and the team fewer findings than this.
_FEWEST_SOURCES_FOR_MORE = 5
_ENOUGH_FINDINGS = 12
_MOST_ADDED_PER_SOURCE = 2
_MOST_PER_PAGE = 4
MAX_FINDINGS = 8


def eligible(
    assignment: Assignment, scorer: RelevanceScorer, hits: Sequence[Hit]
) -> list[Candidate]:
    """The statements of ``hits`` that are relevant enough, relative to the best of the library.

    Where many sources are about the question and the team still has few findings, later rounds
    accept less relevant statements that use the question's own words.
    """
    every = scorer.candidates(hits)
    strict = [
        candidate
        for candidate in every
        if candidate.passage_score >= ON_TOPIC_SCORE
        and candidate.relevance >= _LEAST_SHARE_OF_BEST_RELEVANCE * scorer.best
    ]
    return strict if assignment.round == 1 else strict + _later_round_candidates(assignment, every)


def _later_round_candidates(assignment: Assignment, every: Sequence[Candidate]) -> list[Candidate]:
    team = (*assignment.findings, *assignment.others)
    near = {
        hit.passage.source_id
        for hit in assignment.inquiry.survey
        if hit.score >= _LATER_ROUND_PASSAGE_SCORE
    }
    room = _ENOUGH_FINDINGS - len(team)
    if len(near) < _FEWEST_SOURCES_FOR_MORE or room <= 0:
        return []
    per_source = Counter(finding.quotes[0].source_id for finding in team)
    quoted = {quote.start for finding in team for quote in finding.quotes}
    chosen: list[Candidate] = []
    for candidate in sorted(every, key=lambda candidate: -candidate.relevance):
        source = candidate.passage.source_id
        fits = (
            candidate.passage_score >= _LATER_ROUND_PASSAGE_SCORE
            and candidate.direct >= _LATER_ROUND_DIRECT_SHARE
        )
        start = candidate.passage.start + candidate.statement.spans[0][0]
        if fits and per_source[source] < _MOST_ADDED_PER_SOURCE and start not in quoted:
            per_source[source] += 1
            chosen.append(candidate)
    return chosen[:room]


def select(
    candidates: Iterable[Candidate], chosen: Sequence[Finding], specialist: str, round_number: int
) -> list[Finding]:
    """The findings of a specialist: those ``chosen`` before, and new ones up to the limit.

    A candidate that duplicates a finding from another source becomes a further quote of it.
    """
    pool = list(candidates)
    findings = list(chosen)
    tokens = {finding.id: frozenset(prepared(finding.claim)) for finding in findings}
    pages = Counter(_place(finding.quotes[0]) for finding in findings)
    while pool and len(findings) < MAX_FINDINGS:
        candidate = max(pool, key=lambda c: _marginal(c, tokens.values()))
        pool.remove(candidate)
        duplicated = next((f for f in findings if _is_duplicate(f, tokens[f.id], candidate)), None)
        if duplicated:
            _corroborate(findings, duplicated, candidate)
            continue
        finding = _finding(candidate, specialist, round_number)
        if pages[_place(finding.quotes[0])] >= _MOST_PER_PAGE:
            continue
        pages[_place(finding.quotes[0])] += 1
        tokens[finding.id] = candidate.tokens
        findings.append(finding)
    return findings


def _marginal(candidate: Candidate, chosen: Iterable[frozenset[str]]) -> float:
    closest = max((similarity(candidate.tokens, tokens) for tokens in chosen), default=0.0)
    return (1 - _NOVELTY_WEIGHT) * candidate.relevance - _NOVELTY_WEIGHT * closest


def _is_duplicate(finding: Finding, tokens: frozenset[str], candidate: Candidate) -> bool:
    """Whether a candidate says the same as a finding, without contradicting it."""
    if similarity(tokens, candidate.tokens) < _LEAST_OVERLAP_OF_DUPLICATES:
        return False
    is_other_source = candidate.passage.source_id != finding.quotes[0].source_id
    return not (is_other_source and contradicts(finding.claim, candidate.statement.text))


def _corroborate(findings: list[Finding], duplicated: Finding, candidate: Candidate) -> None:
    """Add the quotes of a candidate to the finding that it duplicates, if its source is new."""
    if candidate.passage.source_id in {quote.source_id for quote in duplicated.quotes}:
        return
    position = findings.index(duplicated)
    quotes = (*duplicated.quotes, *_quotes(candidate))
    findings[position] = duplicated.model_copy(update={"quotes": quotes})


def _finding(candidate: Candidate, specialist: str, round_number: int) -> Finding:
    quotes = _quotes(candidate)
    return Finding(
        # Items of one list share their first quote, the sentence before the list.
        id="-".join([f"f{quotes[0].source_id[1:7]}", *(str(quote.start) for quote in quotes)]),
        claim=candidate.statement.text,
        quotes=quotes,
        specialist=specialist,
        relevance=round(min(1.0, candidate.relevance), 4),
        round=round_number,
    )


def _quotes(candidate: Candidate) -> tuple[Quote, ...]:
    return tuple(candidate.passage.quote(*span) for span in candidate.statement.spans)


def _place(quote: Quote) -> tuple[str, int | str]:
    page = quote.locator.page
    return quote.source_id, page if page is not None else quote.passage_id
