"""What a prompt shows: passages, findings and terms as numbered text, fenced and screened."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from virtual_lab.analysts.analyst import Inquiry
from virtual_lab.documents.injection import without_instructions
from virtual_lab.domain import Finding, Passage, Source
from virtual_lab.library.index import Hit
from virtual_lab.text.glossary import Glossary
from virtual_lab.text.tokens import tokenise

NOTHING = "-"
"""Stands where a part of a prompt is empty."""

_LONGEST_PASSAGE = 1800
_LONGEST_QUOTE = 500
_LONGEST_LINE = 240
_MOST_TERMS = 16
_OF_ONE_SOURCE = 0.5  # share of the passages that one source may have while others have some
_TAG = re.compile(r"</?\s*(passages|library|findings|pairs)\b[^>]*>", re.IGNORECASE)


class FencedPassages(NamedTuple):
    """Passages, and the text that shows them under their numbers, from 1."""

    passages: tuple[Passage, ...]
    text: str

    def passage(self, number: int) -> Passage | None:
        """The passage of a number; None where there is none."""
        return self.passages[number - 1] if 1 <= number <= len(self.passages) else None

    def number_of(self, passage_id: str) -> int:
        """The number of a passage; 0 where it is not shown."""
        ids = [passage.id for passage in self.passages]
        return ids.index(passage_id) + 1 if passage_id in ids else 0


def choose_passages(hits: Sequence[Hit], first: Sequence[Passage], most: int) -> list[Passage]:
    """The passages to read: those of ``first``, then the best hits, not all from one source."""
    chosen = list({passage.id: passage for passage in first}.values())[: max(1, most * 2 // 3)]
    taken = {passage.id for passage in chosen}
    per_source = Counter(passage.source_id for passage in chosen)
    waiting: list[Passage] = []
    for hit in hits:
        passage = hit.passage
        if passage.id in taken:
            continue
        if per_source[passage.source_id] >= max(2, _OF_ONE_SOURCE * most):
            waiting.append(passage)
            continue
        per_source[passage.source_id] += 1
        chosen.append(passage)
    return [*chosen, *waiting][:most]


def show_passages(passages: Sequence[Passage], inquiry: Inquiry) -> FencedPassages:
    """Passages as numbered, fenced text; sentences that speak to a machine are left out."""
    lines = ["<passages>"]
    for number, passage in enumerate(passages, 1):
        source = inquiry.retriever.source(passage.source_id)
        lines += [f"[{number}] {one_line(_place(source, passage))}", _body(passage.text), ""]
    return FencedPassages(tuple(passages), "\n".join([*lines, "</passages>"]))


def show_findings(
    findings: Sequence[Finding], first: int = 1, quotes: bool = True, sources: Inquiry | None = None
) -> str:
    """Findings as numbered text, with their quotes where wanted, and the titles of the sources."""
    lines = []
    for number, finding in enumerate(findings, first):
        lines.append(f"{number}. {one_line(finding.claim, 600)}")
        for quote in finding.quotes if quotes else ():
            said = _TAG.sub("", " ".join(quote.text.split()))[:_LONGEST_QUOTE]
            title = sources.retriever.source(quote.source_id).title if sources else ""
            lines.append(f'   "{said}"' + (f" ({one_line(title, 80)})" if title else ""))
    return "\n".join(lines) or NOTHING


def show_terms(texts: Iterable[str], inquiry: Inquiry) -> str:
    """The glossary's terms in ``texts`` in both languages, the most frequent first."""
    glossary = inquiry.retriever.glossary
    counts = Counter(pair for text in texts for pair in _pairs(glossary, text))
    return "; ".join(pair for pair, _ in counts.most_common(_MOST_TERMS)) or NOTHING


@lru_cache(maxsize=2048)  # a passage is shown round after round
def _pairs(glossary: Glossary, text: str) -> tuple[str, ...]:
    mentions = glossary.mentions(tokenise(text))
    return tuple(f"{mention.term.ko[0]} = {mention.term.en[0]}" for mention in mentions)


def one_line(text: str, most: int = _LONGEST_LINE) -> str:
    """Text of a document or a model on one line, shortened, without what speaks to a machine."""
    line = " ".join(_TAG.sub("", without_instructions(text)).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _body(text: str) -> str:
    shown = _TAG.sub("", without_instructions(text))
    return shown if len(shown) <= _LONGEST_PASSAGE else shown[:_LONGEST_PASSAGE] + " …"


def _place(source: Source, passage: Passage) -> str:
    parts = [source.title, source.number or "", f"p. {passage.page}" if passage.page else ""]
    return ", ".join(part for part in [*parts, " › ".join(passage.section[-2:])] if part)
