"""What of the question findings speak of."""

from __future__ import annotations

import re
from collections.abc import Sequence

from virtual_lab.analysts.analyst import Inquiry
from virtual_lab.domain import Finding
from virtual_lab.retrieval.query_terms import Concept, TextTokens
from virtual_lab.text.tokens import prepared

_SPEAKS_OF = 0.5  # how far a concept must be held
_NAME = re.compile(r"[A-Z]\w*[A-Z]|[A-Za-z]-?\d|\d[A-Za-z]")  # CRISPR, Cas9, 2,4-D


def held(inquiry: Inquiry, texts: Sequence[str]) -> list[float]:
    """For each concept of the question how far the best of ``texts`` holds it."""
    concepts = inquiry.concepts
    rows = [concepts.match(TextTokens.of(prepared(text))) for text in texts]
    if not rows:
        return [0.0] * len(concepts.concepts)
    return [max(column) for column in zip(*rows, strict=True)]


def unspoken(inquiry: Inquiry, findings: Sequence[Finding], share: float) -> list[Concept]:
    """The subjects of the question that no finding speaks of, under its headings and title.

    Args:
        share: of the heaviest concept's weight, from which a concept is asked for.
    """
    concepts = inquiry.concepts.concepts
    heaviest = max((concept.weight for concept in concepts), default=0.0)
    values = held(inquiry, [in_place(inquiry, finding) for finding in findings])
    return [
        concept
        for concept, value in zip(concepts, values, strict=True)
        if value < _SPEAKS_OF and concept.is_subject and concept.weight >= share * heaviest
    ]


def is_name(inquiry: Inquiry, term: str) -> bool:
    """Whether a term surely is the name of something: the glossary knows it, or it looks so."""
    tokens = prepared(term)
    known = inquiry.retriever.glossary.mentions(tokens)
    return bool(_NAME.search(term)) or sum(m.end - m.start for m in known) == len(tokens) > 0


def under_headings(finding: Finding) -> str:
    """What a finding says, with the headings that its quotes stand under."""
    headings = (quote.locator.section or "" for quote in finding.quotes)
    return " . ".join([finding.claim, *headings])


def in_place(inquiry: Inquiry, finding: Finding) -> str:
    """What a finding says, with the headings and the titles that its quotes stand under."""
    titles = (inquiry.retriever.source(quote.source_id).title for quote in finding.quotes)
    return " . ".join([under_headings(finding), *titles])
