"""The statements of a report, with their notes and their places in the paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count

from virtual_lab.domain import Finding, Quote, Report, Section, Sentence, Source
from virtual_lab.report.numbering import quote_place, reference_numbers
from virtual_lab.report.paper import (
    Note,
    QuotedWords,
    StatementBlock,
    disagreement_anchor,
    printable,
)

_LONGEST_TITLE = 80


class ReportStatements:
    """The statements of one report.

    The statements of a section are its sentences, or its findings where it has no sentences. Each
    is in its section once, with notes; other parts of the paper repeat it with a link to it.
    """

    def __init__(self, report: Report, labels: Mapping[str, str]) -> None:
        self._language = report.language
        self._labels = labels
        self._numbers = reference_numbers(report)
        self._sources = {source.id: source for source in report.references}
        self._findings = report.findings()
        self._quotes = {quote: number for number, quote in enumerate(report.quotes(), 1)}
        self._disputes = {
            key: disagreement_anchor(number)
            for number, entry in reversed(list(enumerate(report.disagreements, 1)))
            for key in entry.finding_ids
        }
        self._anchors = (f"statement_{number}" for number in count(1))
        self._places: dict[str, str] = {}
        self.written = [self._write(section) for section in report.sections]
        """The sentences of each section."""
        self.listed = [self._list(section) for section in report.sections]
        """The findings of each section that no sentence cites."""
        self.abstract = tuple(self._recall_sentence(sentence) for sentence in report.abstract)
        """The sentences of the abstract, each linked to the first finding that it cites."""

    def recall(self, finding_id: str) -> StatementBlock:
        """A finding, to be repeated with a link to its place."""
        finding = self._findings[finding_id]
        return self._statement(self._places[finding_id], finding.claim, [finding])

    def _write(self, section: Section) -> tuple[StatementBlock, ...]:
        return tuple(self._place(s.text, self._carriers(s)) for s in section.sentences)

    def _list(self, section: Section) -> tuple[StatementBlock, ...]:
        written = {key for sentence in section.sentences for key in sentence.finding_ids}
        return tuple(self._place(f.claim, [f]) for f in section.findings if f.id not in written)

    def _recall_sentence(self, sentence: Sentence) -> StatementBlock:
        carriers = self._carriers(sentence)
        anchor = self._places[carriers[0].id] if carriers else ""
        return self._statement(anchor, sentence.text, carriers)

    def _carriers(self, sentence: Sentence) -> list[Finding]:
        return [self._findings[key] for key in sentence.finding_ids if key in self._findings]

    def _place(self, text: str, carriers: Sequence[Finding]) -> StatementBlock:
        """A statement at a new place, to which links to its findings lead from now on."""
        anchor = next(self._anchors)
        for finding in carriers:
            self._places.setdefault(finding.id, anchor)
        return self._statement(anchor, text, carriers)

    def _statement(self, anchor: str, text: str, carriers: Sequence[Finding]) -> StatementBlock:
        claim = printable(text)
        quotes = list(dict.fromkeys(quote for finding in carriers for quote in finding.quotes))
        return StatementBlock(
            anchor=anchor,
            text=claim,
            verbatim=any(printable(quote.text) == claim for quote in quotes),
            disputed=next((self._disputes[f.id] for f in carriers if f.id in self._disputes), ""),
            notes=tuple(self._notes(quotes, claim)),
        )

    def _notes(self, quotes: Sequence[Quote], claim: str) -> Iterator[Note]:
        """A note for each place in a source."""
        places: dict[tuple[str, str], list[Quote]] = {}
        for quote in quotes:
            key = (quote.source_id, quote_place(quote, self._language))
            places.setdefault(key, []).append(quote)
        for (source_id, place), found in places.items():
            path = printable(found[0].locator.section or "")
            yield Note(
                reference=self._numbers[source_id],
                cited_as=self._labels[source_id],
                numbers=tuple(self._quotes[quote] for quote in found),
                source=_short_name(self._sources[source_id]),
                place=place,
                path="" if path == place else path,
                quotes=tuple(
                    QuotedWords(words=quote.text, translation=quote.translation)
                    for quote in found
                    if quote.translation or printable(quote.text) != claim
                ),
            )


def _short_name(source: Source) -> str:
    """The title, shortened where it is long, and the number of a source."""
    title = source.title
    if len(title) > _LONGEST_TITLE:
        title = title[: _LONGEST_TITLE - 1].rstrip() + "…"
    return f"{title}, {source.number}" if source.number else title
