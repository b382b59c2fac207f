"""The choice of findings: relevant first, then what adds most (maximal marginal relevance)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from virtual_lab.analysts.analyst import Assignment
from virtual_lab.analysts.extractive.disagreements import contradicts
from virtual_lab.analysts.extractive.relevance import Candidate, RelevanceScorer, similarity
from virtual_lab.domain import SECTION_MARK, Finding, Locator, Quote
from virtual_lab.library.index import Hit
from virtual_lab.text.tokens import prepared

_NOVELTY = 0.25  # weight of being unlike what was chosen (Carbonell and Goldstein 1998)
_SAME = 0.72  # overlap above which two statements say the same
ON_TOPIC = 0.58
"""Share of the best passage's score that a passage must reach to be quoted in the first round."""

_OF_BEST = 0.66  # share of the best relevance that a statement must reach
_NEAR_TOPIC = 0.4  # the same, in later rounds, for a statement ...
_OWN_WORDS = 0.33  # ... that holds this share of the question itself
_ENOUGH_SOURCES = 5
_ENOUGH_FINDINGS = 12
_PER_SOURCE = 2
_PER_PAGE = 4
MAX_FINDINGS = 8


def worthy(assignment: Assignment, scorer: RelevanceScorer, hits: Sequence[Hit]) -> list[Candidate]:
    """The statements of ``hits`` that reach the bar, which the best of the library sets.

    The first round is strict. Where many sources speak of the question and the team still has
    little, the later rounds let in what each says on it in the question's own words.
    """
    every = scorer.candidates(hits)
    strict = [
        candidate
        for candidate in every
        if candidate.passage_score >= ON_TOPIC and candidate.relevance >= _OF_BEST * scorer.best
    ]
    return strict if assignment.round == 1 else strict + _more(assignment, every)


def _more(assignment: Assignment, every: Sequence[Candidate]) -> list[Candidate]:
    team = (*assignment.findings, *assignment.others)
    near = {hit.passage.source_id for hit in assignment.inquiry.survey if hit.score >= _NEAR_TOPIC}
    room = _ENOUGH_FINDINGS - len(team)
    if len(near) < _ENOUGH_SOURCES or room <= 0:
        return []
    taken = Counter(finding.quotes[0].source_id for finding in team)
    said = {quote.start for finding in team for quote in finding.quotes}
    chosen: list[Candidate] = []
    for candidate in sorted(every, key=lambda candidate: -candidate.relevance):
        source = candidate.passage.source_id
        fits = candidate.passage_score >= _NEAR_TOPIC and candidate.direct >= _OWN_WORDS
        start = candidate.passage.start + candidate.statement.spans[0][0]
        if fits and taken[source] < _PER_SOURCE and start not in said:
            taken[source] += 1
            chosen.append(candidate)
    return chosen[:room]


def select(
    candidates: Iterable[Candidate], chosen: Sequence[Finding], specialist: str, round_number: int
) -> list[Finding]:
    """The findings of a specialist: those ``chosen`` before, and new ones up to the limit.

    A candidate that says what a finding from another source says becomes a further quote of it.
    """
    pool = list(candidates)
    findings = list(chosen)
    tokens = {finding.id: frozenset(prepared(finding.claim)) for finding in findings}
    pages = Counter(_place(finding.quotes[0]) for finding in findings)
    while pool and len(findings) < MAX_FINDINGS:
        candidate = max(pool, key=lambda c: _marginal(c, tokens.values()))
        pool.remove(candidate)
        twin = next((f for f in findings if _same(f, tokens[f.id], candidate)), None)
        if twin:
            _corroborate(findings, twin, candidate)
            continue
        finding = _finding(candidate, specialist, round_number)
        if pages[_place(finding.quotes[0])] >= _PER_PAGE:
            continue
        pages[_place(finding.quotes[0])] += 1
        tokens[finding.id] = candidate.tokens
        findings.append(finding)
    return findings


def _marginal(candidate: Candidate, chosen: Iterable[frozenset[str]]) -> float:
    closest = max((similarity(candidate.tokens, tokens) for tokens in chosen), default=0.0)
    return (1 - _NOVELTY) * candidate.relevance - _NOVELTY * closest


def _same(finding: Finding, tokens: frozenset[str], candidate: Candidate) -> bool:
    """Whether a candidate says what a finding says; what contradicts another source does not."""
    if similarity(tokens, candidate.tokens) < _SAME:
        return False
    apart = candidate.passage.source_id != finding.quotes[0].source_id
    return not (apart and contradicts(finding.claim, candidate.statement.text))


def _corroborate(findings: list[Finding], twin: Finding, candidate: Candidate) -> None:
    """Add the quotes of an equal statement of another source to a finding."""
    if candidate.passage.source_id in {quote.source_id for quote in twin.quotes}:
        return
    position = findings.index(twin)
    quotes = (*twin.quotes, *_quotes(candidate))
    findings[position] = twin.model_copy(update={"quotes": quotes})


def _finding(candidate: Candidate, specialist: str, round_number: int) -> Finding:
    quotes = _quotes(candidate)
    return Finding(
        # Items of one list share their first quote, which is the sentence that leads in.
        id="-".join([f"f{quotes[0].source_id[1:7]}", *(str(quote.start) for quote in quotes)]),
        claim=candidate.statement.text,
        quotes=quotes,
        specialist=specialist,
        relevance=round(min(1.0, candidate.relevance), 4),
        round=round_number,
    )


def _quotes(candidate: Candidate) -> tuple[Quote, ...]:
    passage = candidate.passage
    return tuple(
        Quote(
            text=passage.text[start:end],
            source_id=passage.source_id,
            passage_id=passage.id,
            start=passage.start + start,
            end=passage.start + end,
            locator=Locator(page=passage.page, section=SECTION_MARK.join(passage.section) or None),
        )
        for start, end in candidate.statement.spans
    )


def _place(quote: Quote) -> tuple[str, int | str]:
    page = quote.locator.page
    return quote.source_id, page if page is not None else quote.passage_id
