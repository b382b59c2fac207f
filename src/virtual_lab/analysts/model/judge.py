"""The judge: a model decides whether evidence supports a claim, where code cannot."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from virtual_lab.analysts.model.call import Call
from virtual_lab.analysts.model.fencing import one_line
from virtual_lab.analysts.model.model_run import ModelRun
from virtual_lab.analysts.model.output_schemas import Judgements
from virtual_lab.analysts.model.roles import Role
from virtual_lab.errors import ModelAnswerError
from virtual_lab.verification.claim_support import Support, support

_BATCH_CHARACTERS = 12_000
_BATCH_PAIRS = 10
_MOST_CLAIM_CHARACTERS = 600
_MOST_EVIDENCE_CHARACTERS = 8000

Pair = tuple[str, str]
"""A claim and its evidence."""


class Judgement(NamedTuple):
    """The judgement on a pair.

    Attributes:
        support: the decision of code and model together.
        verdict: the answer of the model; None where it was not asked or did not answer.
    """

    support: Support
    verdict: bool | None


async def judge_pairs(model_run: ModelRun, pairs: Sequence[Pair]) -> list[Judgement]:
    """The judgement on each pair, in order.

    The critic's model is asked, in batches, about the pairs that code does not settle, and once
    more about those that it left out. Evidence is shown up to 8,000 characters.

    Raises:
        ModelRefusedError: the server refuses the call; retrying does not help.
        ModelUnavailableError: the server stays busy or does not answer.
        SpentError: the budget is spent.
    """
    by_code = [support(*pair) for pair in pairs]
    distinct = dict(zip(pairs, by_code, strict=True))
    unsettled = [pair for pair, found in distinct.items() if not found.settled]
    verdicts = await _verdicts(model_run, unsettled, 0)
    if left_out := [pair for pair in unsettled if pair not in verdicts]:
        verdicts |= await _verdicts(model_run, left_out, 1)
    return [
        Judgement(combine(found, verdicts.get(pair)), verdicts.get(pair))
        for pair, found in zip(pairs, by_code, strict=True)
    ]


def combine(by_code: Support, verdict: bool | None) -> Support:
    """The result of code combined with the verdict of a model.

    Without a verdict, or where code settles the pair, the result of code is unchanged. Otherwise
    the probability is the mean of both: the verdict decides, and the result of code orders claims
    with the same verdict.
    """
    if by_code.settled or verdict is None:
        return by_code
    probability = (by_code.probability + verdict) / 2
    return by_code._replace(probability=probability, supported=probability >= 0.5)


async def _verdicts(model_run: ModelRun, pairs: Iterable[Pair], copy: int) -> dict[Pair, bool]:
    """The verdicts of the model on the pairs that it answers."""
    batches = await asyncio.gather(*(_ask(model_run, batch, copy) for batch in _batches(pairs)))
    return {pair: verdict for batch in batches for pair, verdict in batch.items()}


async def _ask(model_run: ModelRun, batch: Sequence[Pair], copy: int) -> dict[Pair, bool]:
    prompt = model_run.prompts.fill("judge", pairs=_show(batch), count=len(batch))
    call = Call(Role.CRITIQUE, prompt, Judgements, who="judge", most=len(batch), copy=copy)
    try:
        answer = await model_run.caller.ask(call)
    except ModelAnswerError:
        return {}
    numbered = dict(enumerate(batch, 1))
    return {
        numbered[judged.number]: judged.supported
        for judged in answer.pairs
        if judged.number in numbered
    }


def _batches(pairs: Iterable[Pair]) -> list[list[Pair]]:
    batches: list[list[Pair]] = []
    size = _BATCH_CHARACTERS
    for claim, evidence in pairs:
        added = min(len(claim), _MOST_CLAIM_CHARACTERS) + min(
            len(evidence), _MOST_EVIDENCE_CHARACTERS
        )
        if size + added > _BATCH_CHARACTERS or len(batches[-1]) >= _BATCH_PAIRS:
            batches.append([])
            size = 0
        batches[-1].append((claim, evidence))
        size += added
    return batches


def _show(batch: Sequence[Pair]) -> str:
    """Pairs as numbered text. Each text is one line, so that none can imitate another pair."""
    lines = ["<pairs>"]
    for number, (claim, evidence) in enumerate(batch, 1):
        lines.append(f"[{number}] {one_line(claim, _MOST_CLAIM_CHARACTERS)}")
        lines.append(f"> {one_line(evidence, _MOST_EVIDENCE_CHARACTERS)}")
    return "\n".join([*lines, "</pairs>"])
