"""One call of a model: its prompt, its model, its time limits, and the record of its usage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from langchain_core.language_models import BaseChatModel

from virtual_lab.analysts.model.output_schemas import Answer
from virtual_lab.analysts.model.prompts import Prompt
from virtual_lab.analysts.model.providers import JsonMode
from virtual_lab.analysts.model.roles import Role
from virtual_lab.domain import Usage

T = TypeVar("T", bound=Answer)


class CallTimeouts(NamedTuple):
    """The time limits of a call in seconds.

    Attributes:
        attempt_s: for one attempt.
        all_s: for all attempts with the pauses between.
        attempts: the most attempts.
        backoff_s: the first pause; each later one is twice as long.
    """

    attempt_s: float = 300.0
    all_s: float = 900.0
    attempts: int = 5
    backoff_s: float = 1.0


@dataclass(frozen=True)
class Call(Generic[T]):
    """One call.

    Attributes:
        role: the role that the model plays.
        prompt: the prompt.
        answer: the class that the answer is parsed into.
        round: the round of the run; None outside the rounds.
        who: the specialist or task, for error messages.
        most: the most items of the main list of the answer.
        copy: a number that distinguishes calls that are equal on purpose.
    """

    role: Role
    prompt: Prompt
    answer: type[T]
    round: int | None = None
    who: str = ""
    most: int | None = None
    copy: int = 0

    def __str__(self) -> str:
        parts = [str(self.role), self.who, f"round {self.round}" if self.round else ""]
        return ", ".join(part for part in parts if part)


class ServedModel(NamedTuple):
    """A model that can be called.

    Attributes:
        name: the provider and the model, as "openai:gpt-5".
        provider: the name of the provider in LangChain.
        model: the chat model of LangChain.
        json_mode: how JSON is requested first.
        cost: US dollars for tokens of prompt and answer; gives None where the price is unknown.
    """

    name: str
    provider: str
    model: BaseChatModel
    json_mode: JsonMode
    cost: Callable[[int, int], float | None]


class Record(NamedTuple):
    """One answered attempt at a call; ``began`` and ``ended`` are times of ``time.monotonic``."""

    role: Role
    round: int | None
    model: str
    prompt_characters: int
    usage: Usage
    began: float
    ended: float


OnCall = Callable[[Record], None]
"""A function that is called for each answered attempt, for metrics."""
