"""The coverage of the question: which of its concepts the findings hold."""

from __future__ import annotations

import re
from collections.abc import Sequence

from virtual_lab.analysts.analyst import Inquiry
from virtual_lab.domain import Finding
from virtual_lab.retrieval.query_terms import Concept, TextTokens
from virtual_lab.text.tokens import prepared

# From this match on (0 to 1), a text is taken to be about a concept.
_LEAST_MATCH = 0.5
_NAME = re.compile(r"[A-Z]\w*[A-Z]|[A-Za-z]-?\d|\d[A-Za-z]")  # CRISPR, Cas9, 2,4-D


def concept_coverage(inquiry: Inquiry, texts: Sequence[str]) -> list[float]:
    """The best match among ``texts`` of each concept of the question, from 0 to 1."""
    concepts = inquiry.concepts
    rows = [concepts.match(TextTokens.of(prepared(text))) for text in texts]
    if not rows:
        return [0.0] * len(concepts.concepts)
    return [max(column) for column in zip(*rows, strict=True)]


def uncovered_concepts(
    inquiry: Inquiry, findings: Sequence[Finding], share: float
) -> list[Concept]:
    """The subjects of the question that no finding, its headings and titles included, is about.

    Args:
        inquiry: the question and its concepts.
        findings: the findings.
        share: concepts below this share of the heaviest concept's weight are left out.
    """
    concepts = inquiry.concepts.concepts
    heaviest = max((concept.weight for concept in concepts), default=0.0)
    values = concept_coverage(
        inquiry, [with_headings_and_titles(inquiry, finding) for finding in findings]
    )
    return [
        concept
        for concept, value in zip(concepts, values, strict=True)
        if value < _LEAST_MATCH and concept.is_subject and concept.weight >= share * heaviest
    ]


def is_name(inquiry: Inquiry, term: str) -> bool:
    """Whether a term is a name: it is in the glossary, or looks like one (CRISPR, Cas9)."""
    tokens = prepared(term)
    known = inquiry.retriever.glossary.mentions(tokens)
    return bool(_NAME.search(term)) or sum(m.end - m.start for m in known) == len(tokens) > 0


def with_headings(finding: Finding) -> str:
    """The claim of a finding, with the headings above its quotes."""
    headings = (quote.locator.section or "" for quote in finding.quotes)
    return " . ".join([finding.claim, *headings])


def with_headings_and_titles(inquiry: Inquiry, finding: Finding) -> str:
    """The claim of a finding, with the headings above its quotes and the titles of its sources."""
    titles = (inquiry.retriever.source(quote.source_id).title for quote in finding.quotes)
    return " . ".join([with_headings(finding), *titles])
