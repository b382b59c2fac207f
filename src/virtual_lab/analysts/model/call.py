"""One call of a model: what is asked, of whom, how long it may take, and what it took."""

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
    """How long a call may take, in seconds: one attempt, all of them, and how many there are."""

    attempt_s: float = 300.0
    all_s: float = 900.0
    attempts: int = 5
    backoff_s: float = 1.0


@dataclass(frozen=True)
class Call(Generic[T]):
    """What is asked: by which role in which round, with which prompt, for which answer.

    ``most`` bounds the list that the answer is about; ``copy`` tells apart calls that are equal
    on purpose.
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
    """A model that is called; ``cost`` gives US dollars by tokens, where a price is known."""

    name: str
    provider: str
    model: BaseChatModel
    way: JsonMode
    cost: Callable[[int, int], float | None]


class Record(NamedTuple):
    """One attempt at a call that was answered; times are of ``time.monotonic``, in seconds."""

    role: Role
    round: int | None
    model: str
    prompt_characters: int
    usage: Usage
    began: float
    ended: float


OnCall = Callable[[Record], None]
"""Called for each answered attempt, for metrics."""
