"""The report: sections of findings, and how much of what was said stands."""

from __future__ import annotations

from virtual_lab.domain.evidence import Finding, Quote, Source
from virtual_lab.domain.value import Language, Mode, Score, Value
from virtual_lab.domain.work import Bridge, Disagreement, Dropped, Proposal, Specialist, Usage


class Sentence(Value):
    """One written sentence and the ids of the findings that it rests on."""

    text: str
    finding_ids: tuple[str, ...]


class Section(Value):
    """A part of the report. Without findings, ``note`` says that the evidence is missing.

    ``sentences`` is the text where a model wrote one; without it the findings speak themselves.
    """

    title: str
    findings: tuple[Finding, ...] = ()
    note: str = ""
    sentences: tuple[Sentence, ...] = ()


class Draft(Value):
    """What the synthesis hands to verification: sections, and the order of strength.

    ``caveat`` is what a reader must know before the short answer.
    """

    title: str
    sections: tuple[Section, ...]
    strongest: tuple[str, ...] = ()
    caveat: str = ""
    disagreements: tuple[Disagreement, ...] = ()
    missing: tuple[str, ...] = ()
    abstract: tuple[Sentence, ...] = ()


class Coverage(Value):
    """How much of what was said and found stands in the report."""

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
    """The answer. ``short_answer`` holds the ids of its strongest findings; ``abstract`` says it
    in sentences where a model wrote them. ``caveat`` is what must be known before it.

    ``team_why`` is why this team, ``usage`` what was spent on models, and ``minutes`` how long
    the run took since it was started, or last resumed. One that is
    ``partial`` holds what a run had verified when it was cut off.
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
