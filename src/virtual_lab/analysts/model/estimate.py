"""The estimate of a run before it starts: calls, tokens, and cost where the price is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from virtual_lab.analysts.meter import add_usage
from virtual_lab.analysts.model.roles import Role
from virtual_lab.domain import Language, Question, Usage
from virtual_lab.settings import Settings

Cost = Callable[[int, int], float | None]

_TYPICAL_TEAM_SIZE = 4
_TYPICAL_FINDINGS_OF_SPECIALIST = 6
_KOREAN_TOKENS_PER_ENGLISH_TOKEN = 1.8
# These numbers of tokens were measured in runs on English guidance.
_PASSAGE_TOKENS = 260
_FINDING_TOKENS = 130
_CLAIM_TOKENS = 45
_FIXED_PROMPT_TOKENS = 450
_ANSWER_TOKENS = {"plan": 500, "findings": 700, "verdict": 130, "minutes": 300, "section": 400}


def estimate(
    question: Question, settings: Settings, language: Language, costs: Mapping[Role, Cost]
) -> Usage:
    """The expected usage of a run with all its rounds and without repairs.

    Args:
        question: gives the sizes of the team and the rounds.
        settings: give the number of passages in a prompt.
        language: the language of the run.
        costs: US dollars for tokens of prompt and answer, for the model of each role.
    """
    team = question.specialists or _TYPICAL_TEAM_SIZE
    rounds, trials = question.rounds, question.team_trials
    all_findings = team * _TYPICAL_FINDINGS_OF_SPECIALIST
    passages = settings.passages * _PASSAGE_TOKENS
    later = (
        passages
        + _FIXED_PROMPT_TOKENS
        + (_TYPICAL_FINDINGS_OF_SPECIALIST + all_findings) * _CLAIM_TOKENS
    )
    work = [
        (Role.PLAN, trials + (trials > 1), 2 * _FIXED_PROMPT_TOKENS, _ANSWER_TOKENS["plan"]),
        (Role.ANALYSE, team, passages + _FIXED_PROMPT_TOKENS, _ANSWER_TOKENS["findings"]),
        (Role.ANALYSE, team * (rounds - 1), later, _ANSWER_TOKENS["findings"]),
        (
            Role.CRITIQUE,
            rounds,
            all_findings * _FINDING_TOKENS + _FIXED_PROMPT_TOKENS,
            team * _ANSWER_TOKENS["verdict"],
        ),
        (
            Role.SUMMARISE,
            rounds,
            all_findings * _CLAIM_TOKENS + _FIXED_PROMPT_TOKENS,
            _ANSWER_TOKENS["minutes"],
        ),
        (
            Role.SYNTHESISE,
            team,
            _TYPICAL_FINDINGS_OF_SPECIALIST * _FINDING_TOKENS + _FIXED_PROMPT_TOKENS,
            _ANSWER_TOKENS["section"],
        ),
        (
            Role.SYNTHESISE,
            1,
            all_findings * _CLAIM_TOKENS + _FIXED_PROMPT_TOKENS,
            _ANSWER_TOKENS["section"],
        ),
    ]
    factor = _KOREAN_TOKENS_PER_ENGLISH_TOKEN if language == "ko" else 1.0
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
