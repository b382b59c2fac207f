"""The translation of a report's texts; those that lose a number are translated once more."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Sequence

from virtual_lab.analysts.model.call import Call
from virtual_lab.analysts.model.fencing import EMPTY, one_line
from virtual_lab.analysts.model.model_run import ModelRun
from virtual_lab.analysts.model.output_schemas import Translation
from virtual_lab.analysts.model.roles import Role
from virtual_lab.domain import Language
from virtual_lab.text.glossary import Glossary
from virtual_lab.text.tokens import tokenise
from virtual_lab.verification.verify import is_written_in

_BATCH_CHARACTERS = 3000
_BATCH_TEXTS = 30
_MOST_TEXT_CHARACTERS = 2000
_MOST_TERMS = 24
_NUMBER = re.compile(r"\d+(?:[.,/]\d+)*")


async def translate_texts(
    model_run: ModelRun, texts: Sequence[str], language: Language, glossary: Glossary
) -> list[str]:
    """The texts in ``language``, in order; "" for one that could not be translated."""
    distinct = list(dict.fromkeys(text for text in texts if text.strip()))
    found = await _translate(model_run, distinct, language, glossary, 0)
    failed = [text for text in distinct if text not in found]
    if failed:
        found |= await _translate(model_run, failed, language, glossary, 1)
    return [found.get(text, "") for text in texts]


async def _translate(
    model_run: ModelRun, texts: Sequence[str], language: Language, glossary: Glossary, copy: int
) -> dict[str, str]:
    """The translations that pass the check, by their originals."""
    batches = await asyncio.gather(
        *(_ask(model_run, batch, glossary, copy) for batch in _batches(texts))
    )
    return {
        text: translated
        for batch in batches
        for text, translated in batch.items()
        if _is_valid(text, translated, language)
    }


async def _ask(
    model_run: ModelRun, batch: Sequence[str], glossary: Glossary, copy: int
) -> dict[str, str]:
    shown = "\n".join(
        f"{n}. {one_line(text, _MOST_TEXT_CHARACTERS)}" for n, text in enumerate(batch, 1)
    )
    prompt = model_run.prompts.fill("translate", texts=shown, terms=_terms(batch, glossary))
    answer = await model_run.caller.ask(Call(Role.SYNTHESISE, prompt, Translation, copy=copy))
    numbered = dict(enumerate(batch, 1))
    return {
        numbered[item.number]: " ".join(item.text.split())
        for item in answer.texts
        if item.number in numbered
    }


def _batches(texts: Sequence[str]) -> list[list[str]]:
    batches: list[list[str]] = []
    size = _BATCH_CHARACTERS
    for text in texts:
        if size + len(text) > _BATCH_CHARACTERS or len(batches[-1]) >= _BATCH_TEXTS:
            batches.append([])
            size = 0
        batches[-1].append(text)
        size += len(text)
    return batches


def _is_valid(text: str, translated: str, language: Language) -> bool:
    """Whether a translation is in its language and has the numbers of the text, and no others.

    A further number of one digit is allowed: one language writes "two", the other "2".
    """
    before, after = set(_NUMBER.findall(text)), set(_NUMBER.findall(translated))
    added = {number for number in after - before if len(number) > 1}
    return (
        bool(translated) and is_written_in(translated, language) and before <= after and not added
    )


def _terms(texts: Sequence[str], glossary: Glossary) -> str:
    pairs = Counter(
        f"{mention.term.ko[0]} = {mention.term.en[0]}"
        for text in texts
        for mention in glossary.mentions(tokenise(text))
    )
    return "; ".join(pair for pair, _ in pairs.most_common(_MOST_TERMS)) or EMPTY
