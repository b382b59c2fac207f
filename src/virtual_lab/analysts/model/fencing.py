"""Passages, findings and terms as numbered text in prompts, without injected instructions."""

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

EMPTY = "-"
"""The text of an empty part of a prompt."""

_MOST_PASSAGE_CHARACTERS = 1800
_MOST_QUOTE_CHARACTERS = 500
_MOST_LINE_CHARACTERS = 240
_MOST_TERMS = 16
# One source may have a larger share of the passages only where the others have no more.
_LARGEST_SOURCE_SHARE = 0.5
_TAG = re.compile(r"</?\s*(passages|library|findings|pairs)\b[^>]*>", re.IGNORECASE)


class FencedPassages(NamedTuple):
    """Passages, and the text of a prompt that shows them under their numbers, from 1."""

    passages: tuple[Passage, ...]
    text: str

    def passage(self, number: int) -> Passage | None:
        """The passage with a number; None where there is none."""
        return self.passages[number - 1] if 1 <= number <= len(self.passages) else None

    def number_of(self, passage_id: str) -> int:
        """The number of a passage; 0 where it is not shown."""
        ids = [passage.id for passage in self.passages]
        return ids.index(passage_id) + 1 if passage_id in ids else 0


def choose_passages(hits: Sequence[Hit], first: Sequence[Passage], most: int) -> list[Passage]:
    """At most ``most`` passages: those of ``first``, then the best hits of several sources."""
    chosen = list({passage.id: passage for passage in first}.values())[: max(1, most * 2 // 3)]
    chosen_ids = {passage.id for passage in chosen}
    per_source = Counter(passage.source_id for passage in chosen)
    postponed: list[Passage] = []
    for hit in hits:
        passage = hit.passage
        if passage.id in chosen_ids:
            continue
        if per_source[passage.source_id] >= max(2, _LARGEST_SOURCE_SHARE * most):
            postponed.append(passage)
            continue
        per_source[passage.source_id] += 1
        chosen.append(passage)
    return [*chosen, *postponed][:most]


def show_passages(passages: Sequence[Passage], inquiry: Inquiry) -> FencedPassages:
    """Passages as numbered text between tags, without sentences that address a machine."""
    lines = ["<passages>"]
    for number, passage in enumerate(passages, 1):
        source = inquiry.retriever.source(passage.source_id)
        lines += [
            f"[{number}] {one_line(_passage_heading(source, passage))}",
            _passage_text(passage.text),
            "",
        ]
    return FencedPassages(tuple(passages), "\n".join([*lines, "</passages>"]))


def show_findings(
    findings: Sequence[Finding], first: int = 1, quotes: bool = True, sources: Inquiry | None = None
) -> str:
    """Findings as numbered text.

    Args:
        findings: the findings.
        first: the number of the first one.
        quotes: whether their quotes are shown.
        sources: the inquiry, where the titles of the quotes' sources are shown.
    """
    lines = []
    for number, finding in enumerate(findings, first):
        lines.append(f"{number}. {one_line(finding.claim, 600)}")
        for quote in finding.quotes if quotes else ():
            text = _TAG.sub("", " ".join(quote.text.split()))[:_MOST_QUOTE_CHARACTERS]
            title = sources.retriever.source(quote.source_id).title if sources else ""
            lines.append(f'   "{text}"' + (f" ({one_line(title, 80)})" if title else ""))
    return "\n".join(lines) or EMPTY


def show_terms(texts: Iterable[str], inquiry: Inquiry) -> str:
    """The glossary's terms in ``texts`` in both languages, the most frequent first."""
    glossary = inquiry.retriever.glossary
    counts = Counter(pair for text in texts for pair in _term_pairs(glossary, text))
    return "; ".join(pair for pair, _ in counts.most_common(_MOST_TERMS)) or EMPTY


@lru_cache(maxsize=2048)  # passages are shown again in every round
def _term_pairs(glossary: Glossary, text: str) -> tuple[str, ...]:
    mentions = glossary.mentions(tokenise(text))
    return tuple(f"{mention.term.ko[0]} = {mention.term.en[0]}" for mention in mentions)


def one_line(text: str, most: int = _MOST_LINE_CHARACTERS) -> str:
    """A text on one line, shortened, without tags and sentences that address a machine."""
    line = " ".join(_TAG.sub("", without_instructions(text)).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _passage_text(text: str) -> str:
    shown = _TAG.sub("", without_instructions(text))
    return (
        shown if len(shown) <= _MOST_PASSAGE_CHARACTERS else shown[:_MOST_PASSAGE_CHARACTERS] + " …"
    )


def _passage_heading(source: Source, passage: Passage) -> str:
    parts = [source.title, source.number or "", f"p. {passage.page}" if passage.page else ""]
    return ", ".join(part for part in [*parts, " › ".join(passage.section[-2:])] if part)
