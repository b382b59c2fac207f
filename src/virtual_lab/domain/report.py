"""The report: its sections of findings, and how many statements were verified."""

from __future__ import annotations

from virtual_lab.domain.evidence import Finding, Quote, Source
from virtual_lab.domain.value import Language, Mode, Score, Value
from virtual_lab.domain.work import Bridge, Disagreement, Dropped, Proposal, Specialist, Usage


class Sentence(Value):
    """One written sentence and the ids of the findings that support it."""

    text: str
    finding_ids: tuple[str, ...]


class Section(Value):
    """A part of the report. Without findings, ``note`` says that the evidence is missing.

    ``sentences`` is the text that a model wrote; without it the section shows its findings.
    """

    title: str
    findings: tuple[Finding, ...] = ()
    note: str = ""
    sentences: tuple[Sentence, ...] = ()


class Draft(Value):
    """The result of the synthesis, before its verification.

    ``strongest`` holds the ids of the strongest findings, the best first. ``caveat`` is a warning
    to the reader before the short answer.
    """

    title: str
    sections: tuple[Section, ...]
    strongest: tuple[str, ...] = ()
    caveat: str = ""
    disagreements: tuple[Disagreement, ...] = ()
    missing: tuple[str, ...] = ()
    abstract: tuple[Sentence, ...] = ()


class Coverage(Value):
    """How many statements were verified, and how many of the sources found are used."""

    statements_made: int
    statements_verified: int
    sources_used: int
    sources_found: int
    sources_failed: tuple[str, ...] = ()
    dropped: tuple[Dropped, ...] = ()


class SpecialistScore(Value):
    """One line of the table of rounds; ``score`` is None where the critic gave none."""

    specialist: str
    role: str
    score: Score | None
    findings: int
    improved: str = ""
    remaining: str = ""
    needed: str = ""


class Round(Value):
    """The scores of one round."""

    number: int
    scores: tuple[SpecialistScore, ...]


class Report(Value):
    """The answer to a question.

    ``short_answer`` holds the ids of the strongest findings, ``abstract`` a summary in sentences
    of a model, and ``caveat`` a warning to the reader before them. ``team_why`` is the reason for
    the team, ``usage`` the tokens and the cost of models, and ``minutes`` the time since the run
    was started or last resumed. A ``partial`` report holds what was verified before the run was
    stopped.
    """

    title: str
    topic: str
    constraints: str = ""
    language: Language
    mode: Mode
    short_answer: tuple[str, ...]
    caveat: str = ""
    sections: tuple[Section, ...]
    disagreements: tuple[Disagreement, ...] = ()
    missing: tuple[str, ...] = ()
    bridges: tuple[Bridge, ...] = ()
    team: tuple[Specialist, ...] = ()
    team_why: str = ""
    rounds: tuple[Round, ...] = ()
    stopped_because: str = ""
    partial: bool = False
    references: tuple[Source, ...] = ()
    coverage: Coverage
    as_of: str = ""
    abstract: tuple[Sentence, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    usage: Usage | None = None
    minutes: float | None = None
    translated_from: Language | None = None

    def findings(self) -> dict[str, Finding]:
        """Every finding of the report by its id, in reading order."""
        return {finding.id: finding for section in self.sections for finding in section.findings}

    def quotes(self) -> tuple[Quote, ...]:
        """Every quote of the report once, in reading order."""
        found = (f for section in self.sections for f in section.findings)
        return tuple(dict.fromkeys(quote for finding in found for quote in finding.quotes))
