"""How well claims are told to be supported by their evidence or not.

    python -m benchmarks.claims FILE [--seed N] [--group both|claim|evidence|none] [--limit N]
    python -m benchmarks.claims FILE --model NAME [--seed N] [--limit N]

Prints one JSON line: accuracy, macro-F1 (supported against the rest), precision and recall of
supported. Five-fold cross-validation, stratified by label: each fold is judged by the product's
own ``support`` with weights that were fitted, as for the shipped ones, on the other folds.

Pairs that share a claim or an evidence text, directly or through others, are kept in one fold
(--group both), so neither is seen in training. The looser groupings are for comparison with
figures that were measured so. Needs scikit-learn.

With --model (its server is set by OPENAI_BASE_URL and the other settings) the product's judge joins
the checker with its shipped weights, without folds. These weights were fitted on the sets here, but
decide only pairs without an answer (``unanswered``): else the texts or the model do.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.fit_support import Pairs, fit, load
from virtual_lab.errors import VirtualLabError
from virtual_lab.text.language import detect_language
from virtual_lab.verification.claim_support import SupportModel, support

FOLDS = 5


def main() -> None:
    """Measure one claim set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--group", choices=("both", "claim", "evidence", "none"), default="both")
    parser.add_argument("--model", default="", help="a model whose judgement joins")
    parser.add_argument("--limit", type=int, help="pairs, drawn by the seed; without it all")
    arguments = parser.parse_args()
    started = time.perf_counter()
    try:
        pairs = draw(load(arguments.file), arguments.limit, arguments.seed)
        judged = asyncio.run(judge(pairs, arguments.model)) if arguments.model else None
    except (OSError, VirtualLabError) as error:
        parser.exit(1, f"benchmarks.claims: {error}\n")
    if judged:
        decided, measured = judged
    else:
        decided = cross_validate(pairs, group(pairs.texts, arguments.group), arguments.seed)
        measured = {"folds": FOLDS, "grouped_by": arguments.group}
    result = {
        "file": arguments.file.name,
        "n": len(pairs.texts),
        **score(pairs.supported, decided),
        **measured,
        "seed": arguments.seed,
        "seconds": round(time.perf_counter() - started, 1),
    }
    print(json.dumps(result))


def draw(pairs: Pairs, limit: int | None, seed: int) -> Pairs:
    """So many pairs at random, in their order."""
    if limit is None or limit >= len(pairs.texts):
        return pairs
    drawn = np.sort(np.random.default_rng(seed).permutation(len(pairs.texts))[:limit])
    return Pairs([pairs.texts[i] for i in drawn], pairs.supported[drawn])


async def judge(pairs: Pairs, model: str) -> tuple[NDArray[np.bool_], dict[str, Any]]:
    """The decisions with a model, and what they took."""
    # The folds need none of this, and run without the packages of the model analyst.
    from virtual_lab.analysts.model.judge import judge_pairs
    from virtual_lab.bootstrap.model_run import open_model_run
    from virtual_lab.domain import Budget, Question
    from virtual_lab.settings import Settings

    korean = detect_language(" ".join(claim for claim, _ in pairs.texts)) == "ko"
    question = Question(topic="Which claims are supported?", model=model)
    async with open_model_run(
        question, Settings(), Budget(), "ko" if korean else "en"
    ) as model_run:
        judged = await judge_pairs(model_run, pairs.texts)
        usage = model_run.caller.meter.usage
    settled = sum(judgement.support.settled for judgement in judged)
    words = sum(judgement.verdict is not None for judgement in judged)
    decided = np.array([judgement.support.supported for judgement in judged])
    return decided, {
        "model": model,
        "lexical": "shipped weights",
        "settled_by_texts": settled,
        "unanswered": len(judged) - settled - words,
        **usage.model_dump(),
    }


def cross_validate(pairs: Pairs, groups: NDArray[np.int64], seed: int) -> NDArray[np.bool_]:
    """The decision on every pair by a model that was fitted without its group."""
    from sklearn.model_selection import StratifiedGroupKFold

    decided = np.zeros(len(pairs.texts), dtype=bool)
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    for training, held_out in folds.split(pairs.texts, pairs.supported, groups):
        known = Pairs([pairs.texts[i] for i in training], pairs.supported[training])
        model = SupportModel(fit([known], seed))
        decided[held_out] = [support(*pairs.texts[i], model).supported for i in held_out]
    return decided


def group(texts: list[tuple[str, str]], by: str) -> NDArray[np.int64]:
    """A number for each pair; the pairs of a number share texts (a union-find over them)."""
    parent: dict[tuple[str, str], tuple[str, str]] = {}

    def root(text: tuple[str, str]) -> tuple[str, str]:
        while parent.setdefault(text, text) != text:
            text = parent[text]
        return text

    keys = []
    for i, (claim, evidence) in enumerate(texts):
        said, carried = (" ".join(text.lower().split()) for text in (claim, evidence))
        key = ("evidence", carried) if by == "evidence" else ("claim", said)
        if by == "both":
            parent[root(key)] = root(("evidence", carried))
        keys.append(("pair", str(i)) if by == "none" else key)
    numbers: dict[tuple[str, str], int] = {}
    return np.array([numbers.setdefault(root(key), len(numbers)) for key in keys])


def score(supported: NDArray[np.bool_], decided: NDArray[np.bool_]) -> dict[str, Any]:
    """Accuracy, macro-F1 over both answers, precision and recall of supported."""
    right = supported & decided
    f1 = [
        2 * int((truth & answer).sum()) / max(1, int(truth.sum() + answer.sum()))
        for truth, answer in ((supported, decided), (~supported, ~decided))
    ]
    return {
        "accuracy": round(float((supported == decided).mean()), 4),
        "macro_f1": round(sum(f1) / 2, 4),
        "precision_supported": round(int(right.sum()) / max(1, int(decided.sum())), 4),
        "recall_supported": round(int(right.sum()) / max(1, int(supported.sum())), 4),
    }


if __name__ == "__main__":
    main()
