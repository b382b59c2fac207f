"""The regeneration of one section of a report, by a reader's feedback."""

from __future__ import annotations

import asyncio
from typing import Protocol

from virtual_lab.analysts.analyst import Analyst, Assignment, Inquiry, Writer
from virtual_lab.domain import (
    MAX_TOPIC_LENGTH,
    Coverage,
    Dropped,
    Finding,
    Plan,
    Question,
    Report,
    Section,
    Specialist,
)
from virtual_lab.errors import NotFoundError
from virtual_lab.lab.verification import check_section, check_sentences
from virtual_lab.library.index import Hit
from virtual_lab.report.compose import references_of
from virtual_lab.retrieval.retriever import Retriever
from virtual_lab.verification.verify import reject

_PASSAGES_PER_SEARCH = 24
_SURVEY_PASSAGES = 60
# From round 2 on an analyst revises: it sees the present findings, and gives what changes.
_REVISION_ROUND = 2


class WritingAnalyst(Analyst, Writer, Protocol):
    """An analyst that can write."""


async def regenerate_section(
    report: Report,
    number: int,
    feedback: str,
    analyst: WritingAnalyst,
    retriever: Retriever,
) -> Report:
    """A report with one new section: searched, revised, written and verified.

    Args:
        report: the report, which is not changed.
        number: the number of the section, from 0.
        feedback: what the reader wants, in their own words.
        analyst: an analyst with a model.
        retriever: the retriever of the collections from which the report was made.

    Raises:
        NotFoundError: the report has no such section, or the library lacks a quoted document.
        ModelError: the model gives no usable answer.
    """
    if not 0 <= number < len(report.sections):
        raise NotFoundError("form.no_such_section", number=number, most=len(report.sections))
    section = report.sections[number]
    await asyncio.to_thread(_check_library, report, retriever)
    inquiry = await asyncio.to_thread(_inquiry, report, section, feedback, retriever)
    findings, dropped = await _revise(report, section, inquiry, feedback, analyst)
    written = await analyst.write(inquiry, section.title, findings, feedback)
    standing = [f for f in findings if _is_verified(f, retriever, report, dropped)]
    made = check_section(written, standing, report.language, dropped)
    sections = (*report.sections[:number], made, *report.sections[number + 1 :])
    return _recomposed(report, sections, dropped, retriever)


def _check_library(report: Report, retriever: Retriever) -> None:
    """Check that the library still has all documents that the report quotes.

    Raises:
        NotFoundError: a document was removed or has changed.
    """
    for finding in report.findings().values():
        for quote in finding.quotes:
            try:
                retriever.passages([quote.passage_id])
            except NotFoundError:
                title = next((s.title for s in report.references if s.id == quote.source_id), "")
                raise NotFoundError(
                    "run.document_gone", document=title or quote.source_id
                ) from None


def _inquiry(report: Report, section: Section, feedback: str, retriever: Retriever) -> Inquiry:
    wish = f"{report.constraints} {feedback}".strip()[:MAX_TOPIC_LENGTH]
    question = Question(
        topic=report.topic, constraints=wish, language=report.language, rounds=_REVISION_ROUND
    )
    return Inquiry(
        question,
        report.language,
        retriever.concepts(f"{report.topic} {section.title}"),
        retriever.search([report.topic], _SURVEY_PASSAGES),
        retriever,
    )


async def _revise(
    report: Report, section: Section, inquiry: Inquiry, feedback: str, analyst: Analyst
) -> tuple[list[Finding], list[Dropped]]:
    """The findings after the specialist has read what a search for the feedback gives.

    Also gives the findings that failed the checks.
    """
    ids = {finding.specialist for finding in section.findings}
    specialist = next(
        (member for member in report.team if member.id in ids or member.focus == section.title),
        Specialist(id="s0", role=section.title, focus=section.title),
    )
    queries = [f"{section.title} {feedback}", feedback]
    hits: list[Hit] = await asyncio.to_thread(
        inquiry.retriever.search, queries, _PASSAGES_PER_SEARCH
    )
    others = [f for s in report.sections if s is not section for f in s.findings]
    work = await analyst.analyse(
        Assignment(
            inquiry,
            Plan(specialists=(specialist,)),
            specialist,
            _REVISION_ROUND,
            hits,
            section.findings,
            others=others,
        )
    )
    return list(work.findings), list(work.rejected)


def _is_verified(
    finding: Finding, retriever: Retriever, report: Report, dropped: list[Dropped]
) -> bool:
    why = reject(finding, lambda key: retriever.passages([key])[0], report.mode, report.language)
    if why:
        dropped.append(Dropped.of(finding.claim, why))
    return not why


def _recomposed(
    report: Report, sections: tuple[Section, ...], dropped: list[Dropped], retriever: Retriever
) -> Report:
    """The report with new ``sections``, without statements on findings that were removed."""
    known = {finding.id: finding for section in sections for finding in section.findings}
    abstract = check_sentences(report.abstract, known, report.language, dropped)
    answer = tuple(key for key in report.short_answer if key in known)
    taken_out = (*report.coverage.dropped, *dropped)
    verified = len(known) + len(abstract) + sum(len(section.sentences) for section in sections)
    coverage = Coverage(
        statements_made=verified + len(taken_out),
        statements_verified=verified,
        sources_used=len({q.source_id for f in known.values() for q in f.quotes}),
        sources_found=report.coverage.sources_found,
        sources_failed=report.coverage.sources_failed,
        dropped=taken_out,
    )
    return report.model_copy(
        update={
            "sections": sections,
            "abstract": abstract,
            "short_answer": answer,
            "disagreements": tuple(
                d for d in report.disagreements if known.keys() >= set(d.finding_ids)
            ),
            "references": references_of(sections, answer, retriever.source),
            "coverage": coverage,
        }
    )
