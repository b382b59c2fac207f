"""The layout: a report is laid out as a paper, which the exporters format."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote as percent_encode
from urllib.parse import urlsplit

from virtual_lab.domain import Report, Source
from virtual_lab.messages import say
from virtual_lab.report.citing import CitationStyle, citation_labels
from virtual_lab.report.method import method_part
from virtual_lab.report.numbering import (
    reference_numbers,
    reference_text,
    rests_on_starter,
)
from virtual_lab.report.paper import (
    Block,
    Items,
    Paper,
    ProseBlock,
    Recalled,
    Reference,
    References,
    ReportPart,
    Statements,
    Table,
    disagreement_anchor,
)
from virtual_lab.report.statements import ReportStatements

_URL_CHARACTERS = ":/?#[]@!$&'()*+,;=%~"  # The reserved characters of RFC 3986, "%" and "~".


def lay_out(report: Report, citations: CitationStyle = "numbered") -> Paper:
    """The paper of a report.

    Args:
        report: the report.
        citations: the style of the citations.
    """
    return _Layout(report, citations).paper()


class _Layout:
    """The layout of one report."""

    def __init__(self, report: Report, citations: CitationStyle) -> None:
        self._report = report
        self._language = report.language
        self._citations = citations
        self._labels = citation_labels(report.references, citations)
        self._statements = ReportStatements(report, self._labels)

    def paper(self) -> Paper:
        report = self._report
        parts = [self._answer(), *self._sections()]
        if report.disagreements:
            parts.append(self._disagreements())
        parts += [self._missing(), method_part(report), self._references(), self._coverage()]
        return Paper(
            language=self._language,
            label=self._say(f"brief_{report.mode}"),
            title=report.title,
            facts=self._facts(),
            parts=tuple(parts),
        )

    def _say(self, key: str, **values: object) -> str:
        return say(f"report.{key}", self._language, **values)

    def _facts(self) -> tuple[str, ...]:
        report, coverage = self._report, self._report.coverage
        facts = [self._say("partial")] if report.partial else []
        if report.topic != report.title:
            facts.append(self._say("asked", topic=report.topic))
        if report.constraints:
            facts.append(f"{self._say('constraints')}: {report.constraints}")
        counts = [
            self._say("sources_as_of", date=report.as_of) if report.as_of else "",
            self._say(
                "statements",
                verified=coverage.statements_verified,
                made=coverage.statements_made,
            ),
            self._say("sources", used=coverage.sources_used, found=coverage.sources_found),
        ]
        facts.append(" · ".join(count for count in counts if count))
        if rests_on_starter(report):
            facts.append(self._say("starter"))
        return tuple(facts)

    def _answer(self) -> ReportPart:
        report, blocks = self._report, list[Block]()
        if report.caveat:
            blocks.append(ProseBlock(text=report.caveat, aside=True))
        if report.abstract:
            blocks.append(Recalled(items=self._statements.abstract, running=True))
        elif report.short_answer:
            blocks.append(self._recall(report.short_answer))
        else:
            blocks.append(ProseBlock(text=self._say("no_answer")))
        return ReportPart(title=self._say("short_answer"), blocks=tuple(blocks), answer=True)

    def _sections(self) -> list[ReportPart]:
        parts = []
        statements = self._statements
        for section, written, listed in zip(
            self._report.sections, statements.written, statements.listed, strict=True
        ):
            blocks: list[Block] = []
            if section.note:
                blocks.append(ProseBlock(text=section.note, aside=True))
            if written:
                blocks.append(Statements(items=written, running=True))
            if listed:
                blocks.append(Statements(items=listed))
            parts.append(ReportPart(title=section.title, blocks=tuple(blocks)))
        return parts

    def _disagreements(self) -> ReportPart:
        blocks: list[Block] = []
        for number, entry in enumerate(self._report.disagreements, 1):
            text = self._say(entry.kind, about=entry.about)
            blocks.append(ProseBlock(text=text, anchor=disagreement_anchor(number)))
            found = (self._statements.recall(key) for key in entry.finding_ids)
            items = tuple(item.model_copy(update={"disputed": ""}) for item in found)
            blocks.append(Recalled(items=items))
        return ReportPart(title=self._say("disagreements"), blocks=tuple(blocks))

    def _recall(self, finding_ids: Sequence[str]) -> Recalled:
        return Recalled(items=tuple(self._statements.recall(key) for key in finding_ids))

    def _missing(self) -> ReportPart:
        missing = self._report.missing
        block: Block = (
            Items(items=missing) if missing else ProseBlock(text=self._say("nothing_missing"))
        )
        return ReportPart(title=self._say("missing"), blocks=(block,))

    def _references(self) -> ReportPart:
        numbers = reference_numbers(self._report)
        items = tuple(
            Reference(
                number=numbers[source.id],
                cited_as=self._labels[source.id],
                text=reference_text(source, self._language),
                url=web_address(source),
            )
            for source in self._report.references
        )
        listed = References(numbered=self._citations == "numbered", items=items)
        return ReportPart(title=self._say("references"), blocks=(listed,))

    def _coverage(self) -> ReportPart:
        coverage = self._report.coverage

        def part_of(part: int, whole: int) -> str:
            return self._say("part_of", part=part, whole=whole)

        rows = (
            (
                self._say("statements_verified"),
                part_of(coverage.statements_verified, coverage.statements_made),
            ),
            (self._say("sources_used"), part_of(coverage.sources_used, coverage.sources_found)),
            (self._say("failed"), "; ".join(coverage.sources_failed) or self._say("none")),
            (self._say("dropped"), str(len(coverage.dropped) or self._say("none"))),
        )
        blocks: list[Block] = [Table(rows=rows, widths=(4, 5))]
        if coverage.dropped:
            blocks.append(
                Table(
                    caption=self._say("dropped"),
                    head=(self._say("statement"), self._say("reason")),
                    rows=tuple(
                        (dropped.claim, dropped.reason_in(self._language))
                        for dropped in coverage.dropped
                    ),
                    widths=(5, 3),
                )
            )
        return ReportPart(title=self._say("coverage"), blocks=tuple(blocks))


def web_address(source: Source) -> str:
    """The URL of a source in ASCII; "" where it has none that a browser would open."""
    try:
        parts = urlsplit(source.url or "")
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    return percent_encode(parts.geturl(), safe=_URL_CHARACTERS)
