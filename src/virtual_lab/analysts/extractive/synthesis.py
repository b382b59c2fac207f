"""The synthesis: findings of the whole team, in sections by theme, with what disagrees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

from virtual_lab.analysts.analyst import Standing
from virtual_lab.analysts.extractive.coverage import unspoken
from virtual_lab.analysts.extractive.differing import differing_numbers, negates
from virtual_lab.analysts.extractive.relevance import similarity
from virtual_lab.analysts.extractive.themes import find_themes
from virtual_lab.analysts.extractive.wording import say
from virtual_lab.domain import Disagreement, Draft, Finding, Language, Section
from virtual_lab.evidence.document_index import Hit
from virtual_lab.evidence.language import detect_language
from virtual_lab.evidence.tokens import tokenise

MAX_SECTIONS = 6
_MAX_FINDINGS = 24
_SAME = 0.72
_ON_THE_SAME = 0.5  # overlap of words from which two statements speak of the same thing
_STRONGEST = 5
_MAX_DISAGREEMENTS = 5
_WEIGHTY = 0.4  # share of the heaviest concept's weight from which one is missed


def compose(standing: Standing) -> Draft:
    """The draft of the report."""
    inquiry = standing.inquiry
    findings = _distinct(standing.findings)
    hits = [
        Hit(inquiry.gatherer.passages([finding.quotes[0].passage_id])[0], finding.relevance)
        for finding in findings
    ]
    themes = find_themes(
        list({hit.passage.id: hit for hit in reversed(hits)}.values()),
        inquiry.concepts,
        inquiry.gatherer,
        inquiry.language,
        MAX_SECTIONS,
        say("rest", inquiry.language),
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
        strongest=tuple(_strongest(findings, inquiry.language)),
        disagreements=tuple(_disagreements(findings)),
        missing=tuple(_missing(standing, findings)),
    )


def _distinct(findings: Sequence[Finding]) -> list[Finding]:
    """The best findings, each once; what another specialist found too adds its quotes."""
    kept: list[Finding] = []
    tokens: list[frozenset[str]] = []
    for finding in sorted(findings, key=lambda finding: -finding.relevance):
        own = frozenset(tokenise(finding.claim))
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
    """Whether two sources give different figures: neither then confirms the other."""
    apart = first.quotes[0].source_id != second.quotes[0].source_id
    return apart and bool(differing_numbers(first.claim, second.claim))


def _joined(finding: Finding, twin: Finding) -> Finding:
    have = {quote.source_id for quote in finding.quotes}
    more = tuple(quote for quote in twin.quotes if quote.source_id not in have)
    return finding.model_copy(update={"quotes": (*finding.quotes, *more)})


def _strongest(findings: Sequence[Finding], language: Language) -> list[str]:
    """Three to five findings for the short answer, not more than two from one page.

    Those in the language of the report come first, where there are any.
    """
    pages: Counter[tuple[str, int | None]] = Counter()
    chosen: list[str] = []
    readable_first = sorted(findings, key=lambda f: detect_language(f.claim) != language)
    for finding in readable_first:
        quote = finding.quotes[0]
        place = (quote.source_id, quote.locator.page)
        if quote.locator.page is not None and pages[place] >= 2:
            continue
        pages[place] += 1
        chosen.append(finding.id)
        if len(chosen) == _STRONGEST:
            break
    return chosen


def _disagreements(findings: Sequence[Finding]) -> list[Disagreement]:
    """Pairs of different sources that speak of the same thing with other numbers or negated."""
    found: list[Disagreement] = []
    tokens = {finding.id: frozenset(tokenise(finding.claim)) for finding in findings}
    for first, second in combinations(findings, 2):
        if first.quotes[0].source_id == second.quotes[0].source_id:
            continue
        if similarity(tokens[first.id], tokens[second.id]) < _ON_THE_SAME:
            continue
        numbers = differing_numbers(first.claim, second.claim)
        if numbers:
            pair = (first.id, second.id)
            found.append(Disagreement(kind="numbers", about=numbers, finding_ids=pair))
        elif negates(first.claim, second.claim):
            pair = (first.id, second.id)
            found.append(Disagreement(kind="negation", about="", finding_ids=pair))
    return found[:_MAX_DISAGREEMENTS]


def _missing(standing: Standing, findings: Sequence[Finding]) -> list[str]:
    """The weighty concepts of the question that no finding holds."""
    inquiry = standing.inquiry
    if not findings:
        return [say("missing_all", inquiry.language)]
    unheld = unspoken(inquiry, findings, _WEIGHTY)
    return [
        say("missing_term", inquiry.language, term=term)
        for term in (*inquiry.concepts.absent, *unheld)
    ]
