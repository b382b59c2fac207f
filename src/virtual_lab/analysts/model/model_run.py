"""The model run: what all roles of the model analyst use in one run."""

from __future__ import annotations

from typing import NamedTuple

from virtual_lab.analysts.analyst import Inquiry
from virtual_lab.analysts.model.caller import Caller
from virtual_lab.analysts.model.fencing import EMPTY, show_terms
from virtual_lab.analysts.model.prompts import Prompts
from virtual_lab.domain import Finding, Passage
from virtual_lab.messages import Message
from virtual_lab.verification.verify import reject


class ModelRun(NamedTuple):
    """What the roles of one run use.

    Attributes:
        caller: makes the calls.
        prompts: the prompts in the language of the run.
        passages: how many passages a prompt may show.
        findings: how many findings a prompt may ask for.
    """

    caller: Caller
    prompts: Prompts
    passages: int
    findings: int


def terms(inquiry: Inquiry, passages: list[Passage] | tuple[Passage, ...]) -> str:
    """The glossary terms of passages that are not in the report's language, for a prompt."""
    foreign = [p.text for p in passages if p.language != inquiry.language]
    return show_terms([inquiry.question.topic, *foreign], inquiry) if foreign else EMPTY


def why_rejected(finding: Finding, inquiry: Inquiry) -> tuple[Message, ...]:
    """Why code rejects a finding; empty where it does not."""
    return reject(
        finding,
        lambda key: inquiry.retriever.passages([key])[0],
        mode="model",
        language=inquiry.language,
    )
