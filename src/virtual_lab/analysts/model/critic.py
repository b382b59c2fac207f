"""The critic: one independent look at the whole team, and a score for each specialist."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress

from virtual_lab.analysts.analyst import Review
from virtual_lab.analysts.meter import SpentError
from virtual_lab.analysts.model.call import Call
from virtual_lab.analysts.model.fencing import NOTHING, one_line, show_findings
from virtual_lab.analysts.model.model_run import ModelRun
from virtual_lab.analysts.model.output_schemas import Verdict, Verdicts
from virtual_lab.analysts.model.roles import Role
from virtual_lab.domain import Critique
from virtual_lab.errors import ModelAnswerError

_ID = re.compile(r"\bs\d+\b", re.IGNORECASE)
_LONGEST_SEARCH = 120
_LONGEST_WORD = 400
_MOST_SEARCHES = 3
_SHOWN_REJECTED = 5


async def score_team(model_run: ModelRun, reviews: Sequence[Review]) -> list[Critique]:
    """A critique of each specialist; none of one whose score is missing also when asked again."""
    verdicts = await _ask(model_run, "critique", reviews)
    missing = [review for review in reviews if _score(verdicts, review) is None]
    if missing:
        with suppress(ModelAnswerError):
            verdicts |= await _ask(model_run, "missing", missing)
    return [
        critique
        for review in reviews
        if (critique := _critique(review, verdicts.get(review.specialist.id), reviews))
    ]


async def _ask(model_run: ModelRun, task: str, reviews: Sequence[Review]) -> dict[str, Verdict]:
    """What the critic answers, by the specialists' ids; nothing where the budget is spent."""
    question = reviews[0].inquiry.question
    prompt = model_run.prompts.fill(
        task,
        question=question.topic,
        constraints=question.constraints or NOTHING,
        work=_work(reviews),
    )
    try:
        answer = await model_run.caller.ask(
            Call(Role.CRITIQUE, prompt, Verdicts, reviews[0].round, most=len(reviews))
        )
    except SpentError:
        return {}
    return {
        match[0].lower(): verdict
        for verdict in answer.specialists
        if (match := _ID.search(verdict.specialist))
    }


def _score(verdicts: dict[str, Verdict], review: Review) -> int | None:
    verdict = verdicts.get(review.specialist.id)
    return verdict.score if verdict else None


def _work(reviews: Sequence[Review]) -> str:
    """Each specialist's findings with their quotes, and what the check said of them."""
    parts = ["<findings>"]
    for review, first in zip(reviews, _firsts(reviews), strict=True):
        specialist = review.specialist
        parts.append(f"{specialist.id}: {specialist.role}. {one_line(specialist.focus)}")
        if review.previous:
            parts.append(f"Last round: {review.previous.score}/5. {review.previous.needed}")
        parts.append(show_findings(review.findings, first, sources=review.inquiry))
        if review.rejected:
            reasons = [f"{one_line(r.claim, 120)} ({r.reason})" for r in review.rejected]
            parts.append(f"Failed the check: {'; '.join(reasons[:_SHOWN_REJECTED])}")
        parts.append("")
    return "\n".join([*parts, "</findings>"])


def _firsts(reviews: Sequence[Review]) -> list[int]:
    """The number of each specialist's first finding: numbers run on through the team."""
    firsts, following = [], 1
    for review in reviews:
        firsts.append(following)
        following += len(review.findings)
    return firsts


def _critique(
    review: Review, verdict: Verdict | None, reviews: Sequence[Review]
) -> Critique | None:
    if verdict is None or verdict.score is None:
        return None
    first = _firsts(reviews)[reviews.index(review)]
    numbered = dict(enumerate(review.findings, first))
    searches = [one_line(text, _LONGEST_SEARCH) for text in verdict.search_for if text.strip()]
    return Critique(
        specialist=review.specialist.id,
        round=review.round,
        score=verdict.score,
        improved=one_line(verdict.improved, _LONGEST_WORD),
        remaining=one_line(verdict.remaining, _LONGEST_WORD),
        needed=one_line(verdict.needed, _LONGEST_WORD),
        search_for=tuple(dict.fromkeys(searches))[:_MOST_SEARCHES],
        unsupported=tuple(numbered[n].id for n in verdict.unsupported if n in numbered),
    )
