"""The specialist: findings with verbatim quotes from its own passages, and their revision."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from virtual_lab.analysts.analyst import Assignment, SpecialistWork
from virtual_lab.analysts.meter import SpentError
from virtual_lab.analysts.model.call import Call
from virtual_lab.analysts.model.fencing import (
    NOTHING,
    FencedPassages,
    choose_passages,
    one_line,
    show_findings,
    show_passages,
)
from virtual_lab.analysts.model.model_run import ModelRun, terms, why_rejected
from virtual_lab.analysts.model.output_schemas import (
    Claim,
    Correction,
    Corrections,
    Findings,
    Revision,
)
from virtual_lab.analysts.model.quote_finding import locate, quotes_of, unmarked
from virtual_lab.analysts.model.roles import Role
from virtual_lab.domain import Critique, Dropped, Finding, Passage, Quote
from virtual_lab.errors import ModelAnswerError
from virtual_lab.messages import Message, say_all
from virtual_lab.retrieval.query_terms import TextTokens
from virtual_lab.text.tokens import tokenise

_MOST_FINDINGS = 12  # that a specialist holds after all rounds
_MOST_OTHERS = 20  # colleagues' findings that are shown
_LONGEST_QUESTION = 200


class _Failed(NamedTuple):
    """A claim that did not pass, as it was handed in, and why."""

    claim: Claim
    why: tuple[Message, ...]


async def investigate(model_run: ModelRun, assignment: Assignment) -> SpecialistWork:
    """All findings of the specialist after this round.

    What fails the check is shown to it in the next round; in the last one it may correct it once.
    When the budget is spent, its findings stay as they are.
    """
    exhibit = _exhibit(model_run, assignment)
    if not exhibit.passages:
        return SpecialistWork(assignment.findings)
    try:
        answer = await model_run.caller.ask(_call(model_run, assignment, exhibit))
    except SpentError:
        return SpecialistWork(assignment.findings)
    withdrawn = answer.withdraw if isinstance(answer, Revision) else ()
    accepted, failed = _judge(answer.findings, exhibit, assignment)
    if failed and assignment.is_last:
        mended, failed = await _repair(model_run, assignment, exhibit, failed)
        accepted += mended
    return SpecialistWork(
        findings=_merged(assignment, accepted, withdrawn),
        rejected=[Dropped.of(f.claim.claim, f.why) for f in failed],
        open_questions=[one_line(text, _LONGEST_QUESTION) for text in answer.open_questions],
    )


def _exhibit(model_run: ModelRun, assignment: Assignment) -> FencedPassages:
    """The passages of the findings so far, the best of those found, and where its queries found
    too few those that the question itself finds."""
    inquiry = assignment.inquiry
    found = {hit.passage.id for hit in assignment.hits}
    spare = [hit for hit in inquiry.survey if hit.passage.id not in found]
    hits = [*assignment.hits, *spare] if len(found) < model_run.passages else assignment.hits
    cited = [quote.passage_id for finding in assignment.findings for quote in finding.quotes]
    own: Sequence[Passage] = inquiry.retriever.passages(list(dict.fromkeys(cited)))
    return show_passages(choose_passages(hits, own, model_run.passages), inquiry)


def _call(
    model_run: ModelRun, assignment: Assignment, exhibit: FencedPassages
) -> Call[Findings | Revision]:
    question, specialist = assignment.inquiry.question, assignment.specialist
    values: dict[str, object] = {
        "role": specialist.role,
        "focus": specialist.focus,
        "question": question.topic,
        "constraints": question.constraints or NOTHING,
        "terms": terms(assignment.inquiry, exhibit.passages),
        "most": model_run.findings,
        "passages": exhibit.text,
    }
    answer: type[Findings | Revision] = Findings
    task = "analyse"
    if assignment.round > 1:
        answer, task = Revision, "revise"
        values |= {
            "own": _own(assignment.findings, exhibit),
            "rejected": _rejected(assignment.rejected),
            "critique": _critique(assignment.critique, assignment.findings),
            "others": show_findings(assignment.others[:_MOST_OTHERS], quotes=False),
        }
    prompt = model_run.prompts.fill(task, **values)
    return Call(Role.ANALYSE, prompt, answer, assignment.round, specialist.role, model_run.findings)


def _own(findings: Sequence[Finding], exhibit: FencedPassages) -> str:
    """The findings, each with the numbers of the passages that it quotes."""
    lines = []
    for number, finding in enumerate(findings, 1):
        shown = {exhibit.number_of(quote.passage_id) for quote in finding.quotes} - {0}
        places = "".join(f"[{place}]" for place in sorted(shown))
        lines.append(f"{number}. {one_line(finding.claim, 600)} {places}".rstrip())
    return "\n".join(lines) or NOTHING


def _rejected(rejected: Iterable[Dropped]) -> str:
    lines = [f"- {one_line(item.claim)} ({item.reason})" for item in rejected]
    return "\n".join(lines) or NOTHING


def _critique(critique: Critique | None, findings: Sequence[Finding]) -> str:
    if critique is None:
        return NOTHING
    unsupported = [n for n, f in enumerate(findings, 1) if f.id in critique.unsupported]
    parts = [f"{critique.score}/5.", one_line(critique.remaining), one_line(critique.needed)]
    if unsupported:
        parts.append(f"Not carried by their quotes: {', '.join(map(str, unsupported))}.")
    return " ".join(part for part in parts if part)


def _judge(
    claims: Iterable[Claim], exhibit: FencedPassages, assignment: Assignment
) -> tuple[list[tuple[int, Finding]], list[_Failed]]:
    """What passes, each with the number of the finding that it replaces, and what does not."""
    accepted: list[tuple[int, Finding]] = []
    failed: list[_Failed] = []
    for claim in claims:
        finding = _finding(claim, exhibit, assignment)
        why = why_rejected(finding, assignment.inquiry)
        if not why and _is_off_topic(finding, assignment):
            why = (Message.of("rejections.off_topic"),)
        if why:
            failed.append(_Failed(claim, why))
        else:
            accepted.append((_replaced(claim), finding))
    return accepted, failed


def _replaced(claim: Claim) -> int:
    return claim.replaces if isinstance(claim, Correction) else 0


def _finding(claim: Claim, exhibit: FencedPassages, assignment: Assignment) -> Finding:
    """The finding of a claim, with those of its quotes that stand in a passage shown."""
    quotes: dict[tuple[str, int], Quote] = {}
    for cited in claim.quotes:
        named = exhibit.passage(cited.passage)
        others = [passage for passage in exhibit.passages if passage is not named]
        for passage in [named, *others] if named else others:
            if spans := locate(cited.text, passage):
                for quote in quotes_of(spans, passage):
                    quotes[quote.passage_id, quote.start] = quote
                break
    places = "|".join(f"{quote.passage_id}:{quote.start}" for quote in quotes.values())
    key = hashlib.sha256(f"{claim.claim}|{places}".encode()).hexdigest()[:10]
    scores = {hit.passage.id: hit.score for hit in assignment.hits}
    return Finding(
        id=f"f{key}",
        claim=unmarked(claim.claim),
        quotes=tuple(quotes.values()),
        specialist=assignment.specialist.id,
        theme=assignment.specialist.focus,
        relevance=max((scores.get(q.passage_id, 0.0) for q in quotes.values()), default=0.0),
        round=assignment.round,
    )


def _is_off_topic(finding: Finding, assignment: Assignment) -> bool:
    """Whether a finding shares nothing with the question, nor with what the specialist is for."""
    inquiry, specialist = assignment.inquiry, assignment.specialist
    sections = [quote.locator.section or "" for quote in finding.quotes]
    said = tokenise(" . ".join([finding.claim, *(q.text for q in finding.quotes), *sections]))
    if any(inquiry.concepts.match(TextTokens.of(said))):
        return False
    wanted = tokenise(
        " ".join([inquiry.question.topic, inquiry.question.constraints, specialist.focus])
    )
    return not set(said) & set(wanted)


async def _repair(
    model_run: ModelRun, assignment: Assignment, exhibit: FencedPassages, failed: Sequence[_Failed]
) -> tuple[list[tuple[int, Finding]], list[_Failed]]:
    """What the specialist makes of its failed claims when it is told what is wrong."""
    specialist = assignment.specialist
    problems = "\n".join(
        f"{number}. {one_line(item.claim.claim)} ({say_all(item.why)})"
        for number, item in enumerate(failed, 1)
    )
    prompt = model_run.prompts.fill(
        "repair",
        role=specialist.role,
        question=assignment.inquiry.question.topic,
        terms=terms(assignment.inquiry, exhibit.passages),
        problems=problems,
        passages=exhibit.text,
        most=len(failed),
    )
    try:
        answer = await model_run.caller.ask(
            Call(Role.ANALYSE, prompt, Corrections, assignment.round, specialist.role, len(failed))
        )
    except (SpentError, ModelAnswerError):
        return [], list(failed)
    mended: list[tuple[int, Finding]] = []
    still = dict(enumerate(failed, 1))
    for claim in answer.findings[: len(failed)]:
        number = claim.replaces if claim.replaces in still else min(still, default=0)
        origin = still.get(number)
        if origin is None:
            continue
        accepted, _ = _judge([claim], exhibit, assignment)
        if accepted:
            mended.append((_replaced(origin.claim), accepted[0][1]))
            del still[number]
    return mended, list(still.values())


def _merged(
    assignment: Assignment, accepted: Sequence[tuple[int, Finding]], withdraw: Iterable[int]
) -> list[Finding]:
    """Earlier findings with what replaces them, less what is withdrawn, and then the new ones.

    Where these are too many, the least relevant of the earlier ones make room.
    """
    numbered = dict(enumerate(assignment.findings, 1))
    doubted = assignment.critique.unsupported if assignment.critique else ()
    gone = set(withdraw) | {n for n, finding in numbered.items() if finding.id in doubted}
    replaced = {number: finding for number, finding in accepted if number in numbered}
    kept = [
        replaced.get(number, finding)
        for number, finding in numbered.items()
        if number in replaced or number not in gone
    ]
    new = {f.id: f for number, f in accepted if number not in numbered}
    spare = max(0, len(kept) + len(new) - _MOST_FINDINGS)
    weakest = {f.id for f in sorted(kept, key=lambda finding: finding.relevance)[:spare]}
    strong = {f.id: f for f in kept if f.id not in weakest}
    return list((strong | new).values())
