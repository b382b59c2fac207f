"""The synthesis: the findings of the team become the sections of a report, by theme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

from virtual_lab.analysts.analyst import Inquiry, TeamState
from virtual_lab.analysts.extractive.coverage import (
    concept_coverage,
    is_name,
    uncovered_concepts,
    with_headings,
)
from virtual_lab.analysts.extractive.disagreements import contradicts, differing_numbers, negates
from virtual_lab.analysts.extractive.relevance import similarity, weighted_mean
from virtual_lab.analysts.extractive.themes import find_themes
from virtual_lab.domain import Disagreement, Draft, Finding, Section
from virtual_lab.library.index import Hit
from virtual_lab.messages import say
from virtual_lab.retrieval.query_terms import Concept
from virtual_lab.text.language import detect_language
from virtual_lab.text.tokens import prepared

MAX_SECTIONS = 6
_MAX_FINDINGS = 24
_LEAST_OVERLAP_OF_DUPLICATES = 0.72
_LEAST_OVERLAP_OF_SAME_SUBJECT = 0.5
# The short answer has at most so many findings, and not fewer than the second number.
_MOST_STRONGEST, _FEWEST_STRONGEST = 5, 3
# Of these, so many may be from one page, or under one heading of a source without pages.
_MOST_PER_PAGE, _MOST_PER_HEADING = 2, 3
_NOVELTY_WEIGHT = 0.5
_OTHER_LANGUAGE_FACTOR = 0.5
_MAX_DISAGREEMENTS = 5
# Lighter concepts, by this share of the heaviest one's weight, are not reported as missing.
_LEAST_CONCEPT_SHARE = 0.4
# The report warns before the short answer where this share of the question's names is missing.
_LEAST_MISSING_SHARE_OF_CAVEAT = 0.5


def compose(team_state: TeamState) -> Draft:
    """The draft of the report."""
    inquiry = team_state.inquiry
    findings = _distinct(team_state.findings)
    uncovered = uncovered_concepts(inquiry, findings, _LEAST_CONCEPT_SHARE)
    hits = [
        Hit(inquiry.retriever.passages([finding.quotes[0].passage_id])[0], finding.relevance)
        for finding in findings
    ]
    themes = find_themes(
        list({hit.passage.id: hit for hit in reversed(hits)}.values()),
        inquiry.concepts,
        inquiry.retriever,
        inquiry.language,
        MAX_SECTIONS,
        say("extractive.rest", inquiry.language),
        separate_cases=True,
    )
    sections = []
    for theme in themes:
        ids = {hit.passage.id for hit in theme.hits}
        mine = [
            finding.model_copy(update={"theme": theme.title})
            for finding in findings
            if finding.quotes[0].passage_id in ids
        ]
        sections.append(Section(title=theme.title, findings=tuple(mine)))
    return Draft(
        title=inquiry.question.topic,
        sections=tuple(sections),
        strongest=tuple(_strongest(inquiry, findings)),
        caveat=_caveat(inquiry, uncovered),
        disagreements=tuple(_disagreements(findings)),
        missing=tuple(_missing(inquiry, findings, uncovered)),
    )


def _distinct(findings: Sequence[Finding]) -> list[Finding]:
    """The best findings, each once; duplicates add their quotes."""
    distinct: list[Finding] = []
    tokens: list[frozenset[str]] = []
    for finding in sorted(findings, key=lambda finding: -finding.relevance):
        own = frozenset(prepared(finding.claim))
        duplicate = next(
            (
                i
                for i, other in enumerate(tokens)
                if similarity(own, other) >= _LEAST_OVERLAP_OF_DUPLICATES
                and not _contradict(distinct[i], finding)
            ),
            None,
        )
        if duplicate is not None:
            distinct[duplicate] = _with_quotes_of(distinct[duplicate], finding)
        elif len(distinct) < _MAX_FINDINGS:
            distinct.append(finding)
            tokens.append(own)
    return distinct


def _contradict(first: Finding, second: Finding) -> bool:
    """Whether findings of different sources disagree by numbers or a negation."""
    is_other_source = first.quotes[0].source_id != second.quotes[0].source_id
    return is_other_source and contradicts(first.claim, second.claim)


def _with_quotes_of(finding: Finding, duplicate: Finding) -> Finding:
    have = {quote.source_id for quote in finding.quotes}
    more = tuple(quote for quote in duplicate.quotes if quote.source_id not in have)
    return finding.model_copy(update={"quotes": (*finding.quotes, *more)})


def _strongest(inquiry: Inquiry, findings: Sequence[Finding]) -> list[str]:
    """The ids of up to five findings for the short answer, few of them from one place.

    They are chosen one by one, by relevance, by language, and by the concepts of the question that
    the findings before do not hold.
    """
    weights = [c.weight if c.is_subject else 0.0 for c in inquiry.concepts.concepts]
    relevance = {
        f.id: f.relevance
        * (1.0 if detect_language(f.claim) == inquiry.language else _OTHER_LANGUAGE_FACTOR)
        for f in findings
    }
    coverage_of = {
        finding.id: concept_coverage(inquiry, [with_headings(finding)]) for finding in findings
    }
    covered = [0.0] * len(weights)
    places: Counter[tuple[str, int | str | None]] = Counter()
    left, chosen = list(findings), list[str]()

    def worth(finding: Finding) -> float:
        new = [
            max(0.0, own - known)
            for own, known in zip(coverage_of[finding.id], covered, strict=True)
        ]
        return relevance[finding.id] + _NOVELTY_WEIGHT * weighted_mean(weights, new)

    while left and len(chosen) < min(_MOST_STRONGEST, max(_FEWEST_STRONGEST, len(findings) // 2)):
        best = max(left, key=worth)
        left.remove(best)
        locator = best.quotes[0].locator
        place = (best.quotes[0].source_id, locator.page or locator.section)
        if places[place] < (_MOST_PER_PAGE if locator.page else _MOST_PER_HEADING):
            places[place] += 1
            covered = [max(pair) for pair in zip(covered, coverage_of[best.id], strict=True)]
            chosen.append(best.id)
    return chosen


def _disagreements(findings: Sequence[Finding]) -> list[Disagreement]:
    """Pairs of findings of different sources on one subject that disagree.

    A negation counts only between nearly the same words; between others it may deny another thing.
    """
    found: list[Disagreement] = []
    tokens = {finding.id: frozenset(prepared(finding.claim)) for finding in findings}
    for first, second in combinations(findings, 2):
        if first.quotes[0].source_id == second.quotes[0].source_id:
            continue
        overlap = similarity(tokens[first.id], tokens[second.id])
        if overlap < _LEAST_OVERLAP_OF_SAME_SUBJECT:
            continue
        numbers = differing_numbers(first.claim, second.claim)
        if numbers:
            pair = (first.id, second.id)
            found.append(Disagreement(kind="numbers", about=numbers, finding_ids=pair))
        elif overlap >= _LEAST_OVERLAP_OF_DUPLICATES and negates(first.claim, second.claim):
            pair = (first.id, second.id)
            found.append(Disagreement(kind="negation", about="", finding_ids=pair))
    return found[:_MAX_DISAGREEMENTS]


def _missing(
    inquiry: Inquiry, findings: Sequence[Finding], uncovered: Sequence[Concept]
) -> list[str]:
    """What the report says of the subjects of the question that no finding is about."""
    if not findings:
        return [say("extractive.missing_all", inquiry.language)]
    return [
        say("extractive.missing_term", inquiry.language, term=term)
        for term in (*inquiry.concepts.absent, *(concept.term for concept in uncovered))
    ]


def _caveat(inquiry: Inquiry, uncovered: Sequence[Concept]) -> str:
    """The warning before the short answer, if most of the names in the question are missing.

    Only names count: where a library lacks an everyday word, it may use another one.
    """
    concepts, absent = inquiry.concepts.concepts, inquiry.concepts.absent
    weights = {concept.term: concept.weight for concept in concepts if concept.is_subject}
    weights |= {term: inquiry.concepts.absent_weight / len(absent) for term in absent}
    names = {term: weight for term, weight in weights.items() if is_name(inquiry, term)}
    left_out = [term for term in (*absent, *(c.term for c in uncovered)) if term in names]
    if not left_out or sum(map(names.__getitem__, left_out)) < _LEAST_MISSING_SHARE_OF_CAVEAT * sum(
        names.values()
    ):
        return ""
    return say(
        "extractive.caveat", inquiry.language, terms=", ".join(f"“{term}”" for term in left_out)
    )
