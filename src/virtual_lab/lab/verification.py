"""The verification of a draft: statements that fail the checks are removed and counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from virtual_lab.domain import (
    Draft,
    Dropped,
    Finding,
    Language,
    Mode,
    Passage,
    Section,
    Sentence,
)
from virtual_lab.messages import say
from virtual_lab.verification.verify import reject, reject_sentence, settled


class VerifiedDraft(NamedTuple):
    """A draft of verified statements, their number, and the statements that were removed."""

    draft: Draft
    verified: int
    dropped: tuple[Dropped, ...]


def check_draft(
    draft: Draft, mode: Mode, language: Language, passage_of: Callable[[str], Passage]
) -> VerifiedDraft:
    """Check every finding against its quotes, and every sentence against its findings.

    A quote that differs slightly from its source is replaced by the source's own words.

    Args:
        draft: the draft of the synthesis.
        mode: the mode of the analyst; see ``reject``.
        language: the language of the report.
        passage_of: gives a passage by its id, or raises NotFoundError.
    """
    dropped: list[Dropped] = []
    standing: list[list[Finding]] = []
    for section in draft.sections:
        kept = []
        for handed_in in section.findings:
            finding = settled(handed_in, passage_of)
            why = reject(finding, passage_of, mode, language)
            if why:
                dropped.append(Dropped.of(finding.claim, why))
            else:
                kept.append(finding)
        standing.append(kept)
    known = {finding.id: finding for kept in standing for finding in kept}
    sections = [
        check_section(section, kept, language, dropped)
        for section, kept in zip(draft.sections, standing, strict=True)
    ]
    abstract = check_sentences(draft.abstract, known, language, dropped)
    checked = draft.model_copy(update={"sections": tuple(sections), "abstract": abstract})
    written = len(abstract) + sum(len(section.sentences) for section in sections)
    return VerifiedDraft(checked, len(known) + written, tuple(dropped))


def check_section(
    section: Section, findings: Sequence[Finding], language: Language, dropped: list[Dropped]
) -> Section:
    """The section with verified ``findings``, and with the sentences that they support."""
    known = {finding.id: finding for finding in findings}
    return section.model_copy(
        update={
            "findings": tuple(findings),
            "note": "" if findings else say("lab.no_evidence", language),
            "sentences": check_sentences(section.sentences, known, language, dropped),
        }
    )


def check_sentences(
    sentences: Sequence[Sentence],
    findings: Mapping[str, Finding],
    language: Language,
    dropped: list[Dropped],
) -> tuple[Sentence, ...]:
    """The verified sentences; the others are added to ``dropped``."""
    kept = []
    for sentence in sentences:
        why = reject_sentence(sentence, findings, language)
        if why:
            dropped.append(Dropped.of(sentence.text, why))
        else:
            kept.append(sentence)
    return tuple(kept)
