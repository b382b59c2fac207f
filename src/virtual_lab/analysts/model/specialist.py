"""The specialist: makes findings with verbatim quotes from its passages, and revises them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from virtual_lab.analysts.analyst import Assignment, SpecialistWork
from virtual_lab.analysts.meter import SpentError
from virtual_lab.analysts.model.call import Call
from virtual_lab.analysts.model.fencing import (
    EMPTY,
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
from virtual_lab.analysts.model.quote_finding import locate, without_list_marker
from virtual_lab.analysts.model.roles import Role
from virtual_lab.domain import Critique, Dropped, Finding, Passage, Quote
from virtual_lab.errors import ModelAnswerError
from virtual_lab.messages import Message, say_all
from virtual_lab.retrieval.query_terms import TextTokens
from virtual_lab.text.tokens import tokenise

_MOST_FINDINGS = 12
_MOST_OTHER_FINDINGS_SHOWN = 20
_MOST_QUESTION_CHARACTERS = 200


class _RejectedClaim(NamedTuple):
    """A rejected claim, as the model gave it, and why it was rejected."""

    claim: Claim
    why: tuple[Message, ...]


async def investigate(model_run: ModelRun, assignment: Assignment) -> SpecialistWork:
    """All findings of the specialist after this round.

    Rejected claims are shown to it in the next round; in the last round it may correct them once.
    Where the budget is spent, its findings remain as they are.
    """
    shown = _choose_and_show(model_run, assignment)
    if not shown.passages:
        return SpecialistWork(assignment.findings)
    try:
        answer = await model_run.caller.ask(_call(model_run, assignment, shown))
    except SpentError:
        return SpecialistWork(assignment.findings)
    withdrawn = answer.withdraw if isinstance(answer, Revision) else ()
    accepted, failed = _check_claims(answer.findings, shown, assignment)
    if failed and assignment.is_last:
        corrected, failed = await _repair(model_run, assignment, shown, failed)
        accepted += corrected
    return SpecialistWork(
        findings=_merge_findings(assignment, accepted, withdrawn),
        rejected=[Dropped.of(f.claim.claim, f.why) for f in failed],
        open_questions=[
            one_line(text, _MOST_QUESTION_CHARACTERS) for text in answer.open_questions
        ],
    )


def _choose_and_show(model_run: ModelRun, assignment: Assignment) -> FencedPassages:
    """The passages of the prompt: those of earlier findings, the best hits, and, where these are
    too few, those of the survey."""
    inquiry = assignment.inquiry
    found = {hit.passage.id for hit in assignment.hits}
    spare = [hit for hit in inquiry.survey if hit.passage.id not in found]
    hits = [*assignment.hits, *spare] if len(found) < model_run.passages else assignment.hits
    cited = [quote.passage_id for finding in assignment.findings for quote in finding.quotes]
    own: Sequence[Passage] = inquiry.retriever.passages(list(dict.fromkeys(cited)))
    return show_passages(choose_passages(hits, own, model_run.passages), inquiry)


def _call(
    model_run: ModelRun, assignment: Assignment, shown: FencedPassages
) -> Call[Findings | Revision]:
    question, specialist = assignment.inquiry.question, assignment.specialist
    values: dict[str, object] = {
        "role": specialist.role,
        "focus": specialist.focus,
        "question": question.topic,
        "constraints": question.constraints or EMPTY,
        "terms": terms(assignment.inquiry, shown.passages),
        "most": model_run.findings,
        "passages": shown.text,
    }
    answer: type[Findings | Revision] = Findings
    task = "analyse"
    if assignment.round > 1:
        answer, task = Revision, "revise"
        values |= {
            "own": _show_own_findings(assignment.findings, shown),
            "rejected": _show_rejected(assignment.rejected),
            "critique": _show_critique(assignment.critique, assignment.findings),
            "others": show_findings(assignment.others[:_MOST_OTHER_FINDINGS_SHOWN], quotes=False),
        }
    prompt = model_run.prompts.fill(task, **values)
    return Call(Role.ANALYSE, prompt, answer, assignment.round, specialist.role, model_run.findings)


def _show_own_findings(findings: Sequence[Finding], shown: FencedPassages) -> str:
    """The specialist's findings, each with the numbers of the passages that it quotes."""
    lines = []
    for number, finding in enumerate(findings, 1):
        numbers = {shown.number_of(quote.passage_id) for quote in finding.quotes} - {0}
        places = "".join(f"[{place}]" for place in sorted(numbers))
        lines.append(f"{number}. {one_line(finding.claim, 600)} {places}".rstrip())
    return "\n".join(lines) or EMPTY


def _show_rejected(rejected: Iterable[Dropped]) -> str:
    lines = [f"- {one_line(item.claim)} ({item.reason})" for item in rejected]
    return "\n".join(lines) or EMPTY


def _show_critique(critique: Critique | None, findings: Sequence[Finding]) -> str:
    if critique is None:
        return EMPTY
    unsupported = [n for n, f in enumerate(findings, 1) if f.id in critique.unsupported]
    parts = [f"{critique.score}/5.", one_line(critique.remaining), one_line(critique.needed)]
    if unsupported:
        parts.append(f"Not carried by their quotes: {', '.join(map(str, unsupported))}.")
    return " ".join(part for part in parts if part)


def _check_claims(
    claims: Iterable[Claim], shown: FencedPassages, assignment: Assignment
) -> tuple[list[tuple[int, Finding]], list[_RejectedClaim]]:
    """The accepted findings, each with the number of the finding that it replaces (0 for none),
    and the rejected claims."""
    accepted: list[tuple[int, Finding]] = []
    failed: list[_RejectedClaim] = []
    for claim in claims:
        finding = _finding(claim, shown, assignment)
        why = why_rejected(finding, assignment.inquiry)
        if not why and _is_off_topic(finding, assignment):
            why = (Message.of("rejections.off_topic"),)
        if why:
            failed.append(_RejectedClaim(claim, why))
        else:
            accepted.append((_replaced_number(claim), finding))
    return accepted, failed


def _replaced_number(claim: Claim) -> int:
    return claim.replaces if isinstance(claim, Correction) else 0


def _finding(claim: Claim, shown: FencedPassages, assignment: Assignment) -> Finding:
    """The finding of a claim, with those of its quotes that are in a passage of the prompt."""
    quotes: dict[tuple[str, int], Quote] = {}
    for cited in claim.quotes:
        named = shown.passage(cited.passage)
        others = [passage for passage in shown.passages if passage is not named]
        for passage in [named, *others] if named else others:
            if spans := locate(cited.text, passage):
                for quote in (passage.quote(*span) for span in spans):
                    quotes[quote.passage_id, quote.start] = quote
                break
    places = "|".join(f"{quote.passage_id}:{quote.start}" for quote in quotes.values())
    key = hashlib.sha256(f"{claim.claim}|{places}".encode()).hexdigest()[:10]
    scores = {hit.passage.id: hit.score for hit in assignment.hits}
    return Finding(
        id=f"f{key}",
        claim=without_list_marker(claim.claim),
        quotes=tuple(quotes.values()),
        specialist=assignment.specialist.id,
        theme=assignment.specialist.focus,
        relevance=max((scores.get(q.passage_id, 0.0) for q in quotes.values()), default=0.0),
        round=assignment.round,
    )


def _is_off_topic(finding: Finding, assignment: Assignment) -> bool:
    """Whether a finding shares no word with the question or the specialist's focus."""
    inquiry, specialist = assignment.inquiry, assignment.specialist
    sections = [quote.locator.section or "" for quote in finding.quotes]
    finding_tokens = tokenise(
        " . ".join([finding.claim, *(q.text for q in finding.quotes), *sections])
    )
    if any(inquiry.concepts.match(TextTokens.of(finding_tokens))):
        return False
    task_tokens = tokenise(
        " ".join([inquiry.question.topic, inquiry.question.constraints, specialist.focus])
    )
    return not set(finding_tokens) & set(task_tokens)


async def _repair(
    model_run: ModelRun,
    assignment: Assignment,
    shown: FencedPassages,
    failed: Sequence[_RejectedClaim],
) -> tuple[list[tuple[int, Finding]], list[_RejectedClaim]]:
    """Let the specialist correct its rejected claims; gives the accepted and the rejected ones."""
    specialist = assignment.specialist
    problems = "\n".join(
        f"{number}. {one_line(item.claim.claim)} ({say_all(item.why)})"
        for number, item in enumerate(failed, 1)
    )
    prompt = model_run.prompts.fill(
        "repair",
        role=specialist.role,
        question=assignment.inquiry.question.topic,
        terms=terms(assignment.inquiry, shown.passages),
        problems=problems,
        passages=shown.text,
        most=len(failed),
    )
    try:
        answer = await model_run.caller.ask(
            Call(Role.ANALYSE, prompt, Corrections, assignment.round, specialist.role, len(failed))
        )
    except (SpentError, ModelAnswerError):
        return [], list(failed)
    corrected: list[tuple[int, Finding]] = []
    uncorrected = dict(enumerate(failed, 1))
    for claim in answer.findings[: len(failed)]:
        number = claim.replaces if claim.replaces in uncorrected else min(uncorrected, default=0)
        origin = uncorrected.get(number)
        if origin is None:
            continue
        accepted, _ = _check_claims([claim], shown, assignment)
        if accepted:
            corrected.append((_replaced_number(origin.claim), accepted[0][1]))
            del uncorrected[number]
    return corrected, list(uncorrected.values())


def _merge_findings(
    assignment: Assignment, accepted: Sequence[tuple[int, Finding]], withdraw: Iterable[int]
) -> list[Finding]:
    """Earlier findings, replaced or withdrawn where so decided, followed by the new ones.

    Findings that the critic calls unsupported are dropped unless they were replaced. If there are
    too many, the least relevant of the earlier ones are dropped.
    """
    numbered = dict(enumerate(assignment.findings, 1))
    unsupported = assignment.critique.unsupported if assignment.critique else ()
    dropped = set(withdraw) | {n for n, finding in numbered.items() if finding.id in unsupported}
    replaced = {number: finding for number, finding in accepted if number in numbered}
    kept = [
        replaced.get(number, finding)
        for number, finding in numbered.items()
        if number in replaced or number not in dropped
    ]
    new = {f.id: f for number, f in accepted if number not in numbered}
    spare = max(0, len(kept) + len(new) - _MOST_FINDINGS)
    weakest = {f.id for f in sorted(kept, key=lambda finding: finding.relevance)[:spare]}
    strong = {f.id: f for f in kept if f.id not in weakest}
    return list((strong | new).values())
