"""A model run: what every role of the model analyst works with in one run."""

from __future__ import annotations

from typing import NamedTuple

from virtual_lab.analysts.analyst import Inquiry
from virtual_lab.analysts.model.caller import Caller
from virtual_lab.analysts.model.fencing import NOTHING, show_terms
from virtual_lab.analysts.model.prompts import Prompts
from virtual_lab.domain import Finding, Passage
from virtual_lab.messages import Message
from virtual_lab.verification.verify import reject


class ModelRun(NamedTuple):
    """Calls, prompts, how many passages a call may show, and how many findings it may ask for."""

    caller: Caller
    prompts: Prompts
    passages: int
    findings: int


def terms(inquiry: Inquiry, passages: list[Passage] | tuple[Passage, ...]) -> str:
    """The terms that a writer needs where passages are not in the report's language."""
    foreign = [p.text for p in passages if p.language != inquiry.language]
    return show_terms([inquiry.question.topic, *foreign], inquiry) if foreign else NOTHING


def why_rejected(finding: Finding, inquiry: Inquiry) -> tuple[Message, ...]:
    """Why code does not let a finding stand; empty where it does."""
    return reject(
        finding,
        lambda key: inquiry.retriever.passages([key])[0],
        mode="model",
        language=inquiry.language,
    )
