"""The translation of a report: its text is translated and verified, its quotes stay verbatim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from virtual_lab.analysts.analyst import Writer
from virtual_lab.domain import Dropped, Finding, Language, Report, Section, Sentence
from virtual_lab.lab.verification import check_sentences
from virtual_lab.messages import say
from virtual_lab.text.glossary import Glossary
from virtual_lab.text.language import detect_language
from virtual_lab.verification.verify import unsupported


async def translate_report(
    report: Report, language: Language, writer: Writer, glossary: Glossary
) -> Report:
    """The report in ``language``.

    Quotes in other languages get a translation beside them. A finding whose translation says more
    than its quotes is not translated; a sentence of the text whose translation does is dropped and
    counted.

    Args:
        report: the report, which is not changed.
        language: the new language.
        writer: an analyst with a model, opened for ``language``.
        glossary: the glossary with the terms of both languages.

    Raises:
        ModelError: the model gives no usable answer.
    """
    if language == report.language:
        return report
    texts = list(dict.fromkeys(_texts(report, language)))
    translations = await writer.translate(texts, language, glossary)
    return _Translated(report, language, dict(zip(texts, translations, strict=True))).report()


def _texts(report: Report, language: Language) -> Iterator[str]:
    yield report.title
    yield from (sentence.text for sentence in report.abstract)
    for section in report.sections:
        yield section.title
        yield from (sentence.text for sentence in section.sentences)
        for finding in section.findings:
            yield finding.claim
            yield from (q.text for q in finding.quotes if detect_language(q.text) != language)
    yield from (entry.about for entry in report.disagreements if entry.kind == "disputed")
    yield report.caveat
    yield from report.missing
    yield report.team_why
    for proposal in report.proposals:
        yield from (proposal.role, proposal.focus)
    for member in report.team:
        yield from (member.role, member.focus, member.why)
    for entry in report.rounds:
        for score in entry.scores:
            yield from (score.role, score.improved, score.remaining, score.needed)
    yield report.stopped_because


class _Translated:
    """Composes the translated report."""

    def __init__(self, report: Report, language: Language, into: Mapping[str, str]) -> None:
        self._report = report
        self._language = language
        self._into = into
        self._dropped: list[Dropped] = []

    def report(self) -> Report:
        report = self._report
        sections = tuple(self._section(section) for section in report.sections)
        known = {finding.id: finding for section in sections for finding in section.findings}
        abstract = self._sentences(report.abstract, known)
        taken_out = (*report.coverage.dropped, *self._dropped)
        verified = report.coverage.statements_verified - len(self._dropped)
        coverage = report.coverage.model_copy(
            update={"statements_verified": verified, "dropped": taken_out}
        )
        return report.model_copy(
            update={
                "title": self._text(report.title),
                "language": self._language,
                "translated_from": report.language,
                "abstract": abstract,
                "sections": sections,
                "disagreements": tuple(
                    self._fields(d, "about") if d.kind == "disputed" else d
                    for d in report.disagreements
                ),
                "caveat": self._text(report.caveat),
                "missing": tuple(map(self._text, report.missing)),
                "team_why": self._text(report.team_why),
                "proposals": tuple(self._fields(p, "role", "focus") for p in report.proposals),
                "team": tuple(self._fields(m, "role", "focus", "why") for m in report.team),
                "rounds": tuple(
                    entry.model_copy(
                        update={
                            "scores": tuple(
                                self._fields(s, "role", "improved", "remaining", "needed")
                                for s in entry.scores
                            )
                        }
                    )
                    for entry in report.rounds
                ),
                "stopped_because": self._text(report.stopped_because),
                "coverage": coverage,
            }
        )

    def _text(self, text: str) -> str:
        return self._into.get(text) or text

    def _fields(self, value: Any, *names: str) -> Any:
        return value.model_copy(update={name: self._text(getattr(value, name)) for name in names})

    def _section(self, section: Section) -> Section:
        findings = tuple(self._finding(finding) for finding in section.findings)
        known = {finding.id: finding for finding in findings}
        return section.model_copy(
            update={
                "title": self._text(section.title),
                "findings": findings,
                "note": say("lab.no_evidence", self._language) if section.note else "",
                "sentences": self._sentences(section.sentences, known),
            }
        )

    def _finding(self, finding: Finding) -> Finding:
        quotes = tuple(
            quote.model_copy(update={"translation": self._into.get(quote.text, "")})
            for quote in finding.quotes
        )
        claim = self._text(finding.claim)
        evidence = " ".join([finding.claim, *(quote.text for quote in finding.quotes)])
        if claim != finding.claim and unsupported(claim, evidence):
            claim = finding.claim
        return finding.model_copy(update={"claim": claim, "quotes": quotes})

    def _sentences(
        self, sentences: tuple[Sentence, ...], known: Mapping[str, Finding]
    ) -> tuple[Sentence, ...]:
        translated = [self._fields(sentence, "text") for sentence in sentences]
        return check_sentences(translated, known, self._language, self._dropped)
