"""What a run will take, before it starts: calls, tokens, and money where the price is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from virtual_lab.analysts.meter import add_usage
from virtual_lab.analysts.model.roles import Role
from virtual_lab.domain import Language, Question, Usage
from virtual_lab.settings import Settings

Cost = Callable[[int, int], float | None]

_TYPICAL_TEAM = 4
_KOREAN = 1.8  # tokens that Korean takes for one of English
# Tokens as measured on runs of this lab over English guidance.
_PASSAGE = 260
_FINDING = 130  # a claim and its quotes in a prompt
_LINE = 45  # a claim alone
_FRAME = 450  # the fixed part of a prompt
_FINDINGS = 6  # of a specialist
_ANSWERS = {"plan": 500, "findings": 700, "verdict": 130, "minutes": 300, "section": 400}


def estimate(
    question: Question, settings: Settings, language: Language, costs: Mapping[Role, Cost]
) -> Usage:
    """The usage of a run that takes all its rounds and needs no repair.

    Args:
        costs: US dollars by tokens of prompt and answer, for the model of each role.
    """
    team = question.specialists or _TYPICAL_TEAM
    rounds, trials = question.rounds, question.team_trials
    all_findings = team * _FINDINGS
    passages = settings.passages * _PASSAGE
    later = passages + _FRAME + (_FINDINGS + all_findings) * _LINE
    work = [
        (Role.PLAN, trials + (trials > 1), 2 * _FRAME, _ANSWERS["plan"]),
        (Role.ANALYSE, team, passages + _FRAME, _ANSWERS["findings"]),
        (Role.ANALYSE, team * (rounds - 1), later, _ANSWERS["findings"]),
        (Role.CRITIQUE, rounds, all_findings * _FINDING + _FRAME, team * _ANSWERS["verdict"]),
        (Role.SUMMARISE, rounds, all_findings * _LINE + _FRAME, _ANSWERS["minutes"]),
        (Role.SYNTHESISE, team, _FINDINGS * _FINDING + _FRAME, _ANSWERS["section"]),
        (Role.SYNTHESISE, 1, all_findings * _LINE + _FRAME, _ANSWERS["section"]),
    ]
    factor = _KOREAN if language == "ko" else 1.0
    total = Usage()
    for role, calls, prompt, answer in work:
        prompts, answers = round(calls * prompt * factor), round(calls * answer * factor)
        total = add_usage(
            total,
            Usage(
                calls=calls,
                prompt_tokens=prompts,
                completion_tokens=answers,
                cost=costs[role](prompts, answers),
            ),
        )
    return total
