"""The writing of the report: all sections at the same time, then the short answer.

Every sentence cites findings. A sentence that they do not support is rewritten once; if it still
fails, the verification removes and counts it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from virtual_lab.analysts.analyst import Inquiry, TeamState
from virtual_lab.analysts.extractive.coverage import concept_coverage
from virtual_lab.analysts.meter import SpentError
from virtual_lab.analysts.model.call import Call
from virtual_lab.analysts.model.fencing import EMPTY, one_line, show_findings, show_terms
from virtual_lab.analysts.model.model_run import ModelRun
from virtual_lab.analysts.model.output_schemas import Prose
from virtual_lab.analysts.model.prompts import Prompt
from virtual_lab.analysts.model.roles import Role
from virtual_lab.domain import Draft, Finding, Section, Sentence
from virtual_lab.errors import ModelAnswerError
from virtual_lab.messages import say, say_all
from virtual_lab.text.tokens import tokenise
from virtual_lab.verification.verify import is_written_in, reject_sentence

_LEAST_OVERLAP_OF_DUPLICATES = 0.8
_MOST_FINDINGS_IN_ABSTRACT = 24
_MOST_STRONGEST = 5
_MOST_TITLE_CHARACTERS = 90
# Lighter concepts, by this share of the heaviest one's weight, are not reported as missing.
_LEAST_CONCEPT_SHARE = 0.4


async def write_report(model_run: ModelRun, team_state: TeamState) -> Draft:
    """The draft of the report."""
    inquiry = team_state.inquiry
    groups = _by_specialist(team_state)
    sections = await asyncio.gather(
        *(write_section(model_run, inquiry, title, findings) for title, findings in groups)
    )
    findings = [finding for section in sections for finding in section.findings]
    abstract = await _abstract(model_run, inquiry, findings)
    return Draft(
        title=inquiry.question.topic,
        sections=tuple(sections),
        abstract=tuple(abstract),
        strongest=_strongest(abstract, findings),
        missing=tuple(_missing(inquiry, findings)),
    )


async def write_section(
    model_run: ModelRun,
    inquiry: Inquiry,
    title: str,
    findings: Sequence[Finding],
    feedback: str = "",
) -> Section:
    """One section; where the budget is spent, its findings without text."""
    section = Section(title=title, findings=tuple(findings))
    if not findings:
        return section
    prompt = model_run.prompts.fill(
        "section",
        question=inquiry.question.topic,
        title=title,
        feedback=one_line(feedback, 1000) or EMPTY,
        terms=_terms(inquiry, findings),
        findings=show_findings(findings),
    )
    sentences = await _write(model_run, inquiry, prompt, findings)
    return section.model_copy(update={"sentences": tuple(sentences)})


async def _abstract(
    model_run: ModelRun, inquiry: Inquiry, findings: Sequence[Finding]
) -> list[Sentence]:
    best = sorted(findings, key=lambda finding: -finding.relevance)[:_MOST_FINDINGS_IN_ABSTRACT]
    if not best:
        return []
    prompt = model_run.prompts.fill(
        "abstract",
        question=inquiry.question.topic,
        terms=_terms(inquiry, best),
        findings=show_findings(best, quotes=False),
    )
    return await _write(model_run, inquiry, prompt, best)


async def _write(
    model_run: ModelRun, inquiry: Inquiry, prompt: Prompt, findings: Sequence[Finding]
) -> list[Sentence]:
    """Sentences on ``findings``; those that fail the check are rewritten once."""
    try:
        prose = await model_run.caller.ask(
            Call(Role.SYNTHESISE, prompt, Prose, most=len(findings) + 2)
        )
    except SpentError:
        return []
    sentences = _sentences(prose, findings)
    known = {finding.id: finding for finding in findings}
    problems = {
        place: say_all(why)
        for place, sentence in enumerate(sentences)
        if (why := reject_sentence(sentence, known, inquiry.language))
    }
    if not problems:
        return _distinct(sentences)
    places = list(problems)
    failed = [(sentences[place], problems[place]) for place in places]
    again = await _rewrite(model_run, inquiry, findings, failed)
    for place, sentence in zip(places, again, strict=False):
        sentences[place] = sentence
    return _distinct(sentences)


async def _rewrite(
    model_run: ModelRun,
    inquiry: Inquiry,
    findings: Sequence[Finding],
    failed: Sequence[tuple[Sentence, str]],
) -> list[Sentence]:
    """The failed sentences, rewritten, in order."""
    numbers = {finding.id: number for number, finding in enumerate(findings, 1)}
    lines = []
    for place, (sentence, reason) in enumerate(failed, 1):
        named = ", ".join(str(numbers[key]) for key in sentence.finding_ids if key in numbers)
        lines.append(f"{place}. {one_line(sentence.text, 600)} [{named or EMPTY}] ({reason})")
    prompt = model_run.prompts.fill(
        "rewrite",
        question=inquiry.question.topic,
        terms=_terms(inquiry, findings),
        findings=show_findings(findings),
        problems="\n".join(lines),
    )
    try:
        prose = await model_run.caller.ask(Call(Role.SYNTHESISE, prompt, Prose, most=len(failed)))
    except (SpentError, ModelAnswerError):
        return [sentence for sentence, _ in failed]
    return _sentences(prose, findings)[: len(failed)]


def _sentences(prose: Prose, findings: Sequence[Finding]) -> list[Sentence]:
    """The written sentences with the ids of findings instead of their numbers."""
    numbered = dict(enumerate(findings, 1))
    return [
        Sentence(
            text=" ".join(written.text.split()),
            finding_ids=tuple(
                dict.fromkeys(numbered[n].id for n in written.findings if n in numbered)
            ),
        )
        for written in prose.sentences
    ]


def _distinct(sentences: Iterable[Sentence]) -> list[Sentence]:
    """Each sentence once, with the findings of all its repetitions."""
    ids: dict[str, dict[str, None]] = {}
    for sentence in sentences:
        if sentence.text:
            ids.setdefault(sentence.text, {}).update(dict.fromkeys(sentence.finding_ids))
    return [Sentence(text=text, finding_ids=tuple(keys)) for text, keys in ids.items()]


def _by_specialist(team_state: TeamState) -> list[tuple[str, list[Finding]]]:
    """The titles of sections, one for each specialist, with its findings; duplicates are left
    out."""
    distinct: list[Finding] = []
    for finding in team_state.findings:
        if not any(_are_duplicates(finding, other) for other in distinct):
            distinct.append(finding)
    return [
        (
            specialist.focus
            if len(specialist.focus) <= _MOST_TITLE_CHARACTERS
            else specialist.role,
            [finding for finding in distinct if finding.specialist == specialist.id],
        )
        for specialist in team_state.plan.specialists
    ]


def _are_duplicates(finding: Finding, other: Finding) -> bool:
    """Whether two findings have a quote in common and say nearly the same."""
    shared = {(q.passage_id, q.start) for q in finding.quotes} & {
        (q.passage_id, q.start) for q in other.quotes
    }
    if not shared:
        return False
    first, second = set(tokenise(finding.claim)), set(tokenise(other.claim))
    return len(first & second) >= _LEAST_OVERLAP_OF_DUPLICATES * min(len(first), len(second))


def _strongest(abstract: Sequence[Sentence], findings: Sequence[Finding]) -> tuple[str, ...]:
    """The findings that the short answer cites; without an answer, the most relevant ones."""
    cited = [key for sentence in abstract for key in sentence.finding_ids]
    ranked = [f.id for f in sorted(findings, key=lambda finding: -finding.relevance)]
    return tuple(dict.fromkeys(cited or ranked))[:_MOST_STRONGEST]


def _missing(inquiry: Inquiry, findings: Sequence[Finding]) -> list[str]:
    """What the report says of the concepts of the question that no finding is about."""
    if not findings:
        return [say("model.missing_all", inquiry.language)]
    concepts = inquiry.concepts.concepts
    heaviest = max((concept.weight for concept in concepts), default=0.0)
    texts = [" . ".join([f.claim, *(quote.text for quote in f.quotes)]) for f in findings]
    return [
        say("model.missing_term", inquiry.language, term=concept.term)
        for concept, value in zip(concepts, concept_coverage(inquiry, texts), strict=True)
        if value < 0.5 and concept.weight >= _LEAST_CONCEPT_SHARE * heaviest
    ]


def _terms(inquiry: Inquiry, findings: Sequence[Finding]) -> str:
    """The terms of quotes that are not in the report's language."""
    foreign = [
        quote.text
        for finding in findings
        for quote in finding.quotes
        if not is_written_in(quote.text, inquiry.language)
    ]
    return show_terms([inquiry.question.topic, *foreign], inquiry) if foreign else EMPTY
