"""The synthesis: findings of the whole team, in sections by theme, with what disagrees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

from virtual_lab.analysts.analyst import Inquiry, TeamState
from virtual_lab.analysts.extractive.coverage import held, is_name, under_headings, unspoken
from virtual_lab.analysts.extractive.disagreements import contradicts, differing_numbers, negates
from virtual_lab.analysts.extractive.relevance import share, similarity
from virtual_lab.analysts.extractive.themes import find_themes
from virtual_lab.domain import Disagreement, Draft, Finding, Section
from virtual_lab.library.index import Hit
from virtual_lab.messages import say
from virtual_lab.retrieval.query_terms import Concept
from virtual_lab.text.language import detect_language
from virtual_lab.text.tokens import prepared

MAX_SECTIONS = 6
_MAX_FINDINGS = 24
_SAME = 0.72
_ON_THE_SAME = 0.5  # overlap of words from which two statements speak of the same thing
_STRONGEST, _FEWEST = 5, 3
_PER_PAGE, _PER_HEADING = 2, 3  # findings of the short answer; the latter where are no pages
_NEW = 0.5  # what speaking of all of the question counts there, beside relevance
_FOREIGN = 0.5  # factor for a sentence in another language than the report's
_MAX_DISAGREEMENTS = 5
_WEIGHTY = 0.4  # share of the heaviest concept's weight from which one is missed
_MOST_OF_IT = 0.5  # share of what the question names that must be left out to say so first


def compose(standing: TeamState) -> Draft:
    """The draft of the report."""
    inquiry = standing.inquiry
    findings = _distinct(standing.findings)
    unheld = unspoken(inquiry, findings, _WEIGHTY)
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
        cases_apart=True,
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
        caveat=_caveat(inquiry, unheld),
        disagreements=tuple(_disagreements(findings)),
        missing=tuple(_missing(inquiry, findings, unheld)),
    )


def _distinct(findings: Sequence[Finding]) -> list[Finding]:
    """The best findings, each once; what another specialist found too adds its quotes."""
    kept: list[Finding] = []
    tokens: list[frozenset[str]] = []
    for finding in sorted(findings, key=lambda finding: -finding.relevance):
        own = frozenset(prepared(finding.claim))
        twin = next(
            (
                i
                for i, other in enumerate(tokens)
                if similarity(own, other) >= _SAME and not _contradict(kept[i], finding)
            ),
            None,
        )
        if twin is not None:
            kept[twin] = _joined(kept[twin], finding)
        elif len(kept) < _MAX_FINDINGS:
            kept.append(finding)
            tokens.append(own)
    return kept


def _contradict(first: Finding, second: Finding) -> bool:
    """Whether one source gives other figures than the other, or denies what it says."""
    apart = first.quotes[0].source_id != second.quotes[0].source_id
    return apart and contradicts(first.claim, second.claim)


def _joined(finding: Finding, twin: Finding) -> Finding:
    have = {quote.source_id for quote in finding.quotes}
    more = tuple(quote for quote in twin.quotes if quote.source_id not in have)
    return finding.model_copy(update={"quotes": (*finding.quotes, *more)})


def _strongest(inquiry: Inquiry, findings: Sequence[Finding]) -> list[str]:
    """Up to five findings for the short answer, at most half of all, few from one place.

    Each is the best of what is left: relevant, in the language of the report, and speaking of
    what those before it do not.
    """
    weights = [c.weight if c.is_subject else 0.0 for c in inquiry.concepts.concepts]
    relevance = {
        f.id: f.relevance * (1.0 if detect_language(f.claim) == inquiry.language else _FOREIGN)
        for f in findings
    }
    held_by = {finding.id: held(inquiry, [under_headings(finding)]) for finding in findings}
    covered = [0.0] * len(weights)
    places: Counter[tuple[str, int | str | None]] = Counter()
    left, chosen = list(findings), list[str]()

    def worth(finding: Finding) -> float:
        new = [max(0.0, own - had) for own, had in zip(held_by[finding.id], covered, strict=True)]
        return relevance[finding.id] + _NEW * share(weights, new)

    while left and len(chosen) < min(_STRONGEST, max(_FEWEST, len(findings) // 2)):
        best = max(left, key=worth)
        left.remove(best)
        locator = best.quotes[0].locator
        place = (best.quotes[0].source_id, locator.page or locator.section)
        if places[place] < (_PER_PAGE if locator.page else _PER_HEADING):
            places[place] += 1
            covered = [max(pair) for pair in zip(covered, held_by[best.id], strict=True)]
            chosen.append(best.id)
    return chosen


def _disagreements(findings: Sequence[Finding]) -> list[Disagreement]:
    """Pairs of different sources that speak of the same thing with other numbers or negated.

    Only of nearly the same words does a "not" say that one denies the other.
    """
    found: list[Disagreement] = []
    tokens = {finding.id: frozenset(prepared(finding.claim)) for finding in findings}
    for first, second in combinations(findings, 2):
        if first.quotes[0].source_id == second.quotes[0].source_id:
            continue
        alike = similarity(tokens[first.id], tokens[second.id])
        if alike < _ON_THE_SAME:
            continue
        numbers = differing_numbers(first.claim, second.claim)
        if numbers:
            pair = (first.id, second.id)
            found.append(Disagreement(kind="numbers", about=numbers, finding_ids=pair))
        elif alike >= _SAME and negates(first.claim, second.claim):
            pair = (first.id, second.id)
            found.append(Disagreement(kind="negation", about="", finding_ids=pair))
    return found[:_MAX_DISAGREEMENTS]


def _missing(inquiry: Inquiry, findings: Sequence[Finding], unheld: Sequence[Concept]) -> list[str]:
    """The weighty subjects of the question that no finding speaks of."""
    if not findings:
        return [say("extractive.missing_all", inquiry.language)]
    return [
        say("extractive.missing_term", inquiry.language, term=term)
        for term in (*inquiry.concepts.absent, *(concept.term for concept in unheld))
    ]


def _caveat(inquiry: Inquiry, unheld: Sequence[Concept]) -> str:
    """What to say before the short answer where it leaves out most of what the question names.

    Only names count: that a library lacks an everyday word says little, it may use another one.
    """
    concepts, absent = inquiry.concepts.concepts, inquiry.concepts.absent
    weights = {concept.term: concept.weight for concept in concepts if concept.is_subject}
    weights |= {term: inquiry.concepts.absent_weight / len(absent) for term in absent}
    names = {term: weight for term, weight in weights.items() if is_name(inquiry, term)}
    left_out = [term for term in (*absent, *(c.term for c in unheld)) if term in names]
    if not left_out or sum(map(names.__getitem__, left_out)) < _MOST_OF_IT * sum(names.values()):
        return ""
    return say(
        "extractive.caveat", inquiry.language, terms=", ".join(f"“{term}”" for term in left_out)
    )
