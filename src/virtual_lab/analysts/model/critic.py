"""The critic with a model: scores all specialists of a team by one call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress

from virtual_lab.analysts.analyst import Review
from virtual_lab.analysts.meter import SpentError
from virtual_lab.analysts.model.call import Call
from virtual_lab.analysts.model.fencing import EMPTY, one_line, show_findings
from virtual_lab.analysts.model.model_run import ModelRun
from virtual_lab.analysts.model.output_schemas import Verdict, Verdicts
from virtual_lab.analysts.model.roles import Role
from virtual_lab.domain import Critique
from virtual_lab.errors import ModelAnswerError

_ID = re.compile(r"\bs\d+\b", re.IGNORECASE)
_MOST_SEARCH_CHARACTERS = 120
_MOST_COMMENT_CHARACTERS = 400
_MOST_SEARCHES = 3
_MOST_REJECTED_SHOWN = 5


async def score_team(model_run: ModelRun, reviews: Sequence[Review]) -> list[Critique]:
    """The critiques of the specialists. The model is asked once more about missing scores;
    specialists that still have none are left out."""
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
    """The verdicts by the ids of specialists; empty where the budget is spent."""
    question = reviews[0].inquiry.question
    prompt = model_run.prompts.fill(
        task,
        question=question.topic,
        constraints=question.constraints or EMPTY,
        work=_show_work(reviews),
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


def _show_work(reviews: Sequence[Review]) -> str:
    """The part of the prompt with the findings, quotes and rejected claims of each specialist."""
    parts = ["<findings>"]
    for review, first in zip(reviews, _first_numbers(reviews), strict=True):
        specialist = review.specialist
        parts.append(f"{specialist.id}: {specialist.role}. {one_line(specialist.focus)}")
        if review.previous:
            parts.append(f"Last round: {review.previous.score}/5. {review.previous.needed}")
        parts.append(show_findings(review.findings, first, sources=review.inquiry))
        if review.rejected:
            reasons = [f"{one_line(r.claim, 120)} ({r.reason})" for r in review.rejected]
            parts.append(f"Failed the check: {'; '.join(reasons[:_MOST_REJECTED_SHOWN])}")
        parts.append("")
    return "\n".join([*parts, "</findings>"])


def _first_numbers(reviews: Sequence[Review]) -> list[int]:
    """The number of the first finding of each specialist; the team's findings are numbered on."""
    numbers, following = [], 1
    for review in reviews:
        numbers.append(following)
        following += len(review.findings)
    return numbers


def _critique(
    review: Review, verdict: Verdict | None, reviews: Sequence[Review]
) -> Critique | None:
    if verdict is None or verdict.score is None:
        return None
    first = _first_numbers(reviews)[reviews.index(review)]
    numbered = dict(enumerate(review.findings, first))
    searches = [
        one_line(text, _MOST_SEARCH_CHARACTERS) for text in verdict.search_for if text.strip()
    ]
    return Critique(
        specialist=review.specialist.id,
        round=review.round,
        score=verdict.score,
        improved=one_line(verdict.improved, _MOST_COMMENT_CHARACTERS),
        remaining=one_line(verdict.remaining, _MOST_COMMENT_CHARACTERS),
        needed=one_line(verdict.needed, _MOST_COMMENT_CHARACTERS),
        search_for=tuple(dict.fromkeys(searches))[:_MOST_SEARCHES],
        unsupported=tuple(numbered[n].id for n in verdict.unsupported if n in numbered),
    )
