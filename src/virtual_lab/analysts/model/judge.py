"""Judging claims by their evidence: a model's word where the texts alone do not settle it."""

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
_LONGEST_CLAIM = 600
_LONGEST_EVIDENCE = 8000

Pair = tuple[str, str]
"""A claim and its evidence."""


class Judgement(NamedTuple):
    """What comes out for a pair.

    ``support`` is the joint decision; ``word``, what the model said: None where it was not asked,
    since the texts settle it, or did not answer.
    """

    support: Support
    word: bool | None


async def judge_pairs(model_run: ModelRun, pairs: Sequence[Pair]) -> list[Judgement]:
    """The judgement on each pair, in order.

    The critic's model is asked, in batches, about the pairs that are not settled; a pair that an
    answer leaves out is asked about once more. Evidence is shown up to 8,000 characters.

    Raises:
        ModelRefusedError: the server refuses, which trying again does not change.
        ModelUnavailableError: the server stays busy, silent or away.
        SpentError: the budget is spent.
    """
    lexical = [support(*pair) for pair in pairs]
    distinct = dict(zip(pairs, lexical, strict=True))
    open_ = [pair for pair, found in distinct.items() if not found.settled]
    words = await _words(model_run, open_, 0)
    if left_out := [pair for pair in open_ if pair not in words]:
        words |= await _words(model_run, left_out, 1)
    return [
        Judgement(join(found, words.get(pair)), words.get(pair))
        for pair, found in zip(pairs, lexical, strict=True)
    ]


def join(lexical: Support, word: bool | None) -> Support:
    """The lexical checker's result with a model's word.

    What the texts settle stands, as it does where there is no word. Else the probability is the
    mean of both: the model decides, since it reads meaning, and the words that the texts share
    rank the claims that it decides alike.
    """
    if lexical.settled or word is None:
        return lexical
    probability = (lexical.probability + word) / 2
    return lexical._replace(probability=probability, supported=probability >= 0.5)


async def _words(model_run: ModelRun, pairs: Iterable[Pair], copy: int) -> dict[Pair, bool]:
    """What the model says of each pair that it answers."""
    batches = await asyncio.gather(*(_ask(model_run, batch, copy) for batch in _batches(pairs)))
    return {pair: word for batch in batches for pair, word in batch.items()}


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
        added = min(len(claim), _LONGEST_CLAIM) + min(len(evidence), _LONGEST_EVIDENCE)
        if size + added > _BATCH_CHARACTERS or len(batches[-1]) >= _BATCH_PAIRS:
            batches.append([])
            size = 0
        batches[-1].append((claim, evidence))
        size += added
    return batches


def _show(batch: Sequence[Pair]) -> str:
    """Pairs as numbered, fenced text; each text is one line, so none can pose as another pair."""
    lines = ["<pairs>"]
    for number, (claim, evidence) in enumerate(batch, 1):
        lines.append(f"[{number}] {one_line(claim, _LONGEST_CLAIM)}")
        lines.append(f"> {one_line(evidence, _LONGEST_EVIDENCE)}")
    return "\n".join([*lines, "</pairs>"])
