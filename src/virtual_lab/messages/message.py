"""A message as it is kept and handed on: its code and its values, in no language yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from virtual_lab.messages.catalogue import Language, say

Argument = str | int | float


class Message(BaseModel):
    """What is said, by code; ``arguments`` fill the blanks of its text.

    An argument that is a message itself is said in the same language.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    arguments: Mapping[str, Argument | Message | tuple[Message, ...]] = Field(default_factory=dict)

    @classmethod
    def of(cls, code: str, /, **arguments: Any) -> Self:
        """The message of a code, its arguments by name."""
        return cls(code=code, arguments=arguments)

    def __hash__(self) -> int:
        # Arguments are a mapping, which has no hash; sources with messages go into sets.
        return hash(self.code)

    def text(self, language: Language = "en") -> str:
        """The message in a language."""
        values = {name: _spoken(value, language) for name, value in self.arguments.items()}
        return say(self.code, language, **values)


def say_all(messages: Iterable[Message], language: Language = "en") -> str:
    """Several messages in a language, with semicolons between."""
    return "; ".join(message.text(language) for message in messages)


def _spoken(value: object, language: Language) -> object:
    if isinstance(value, Message):
        return value.text(language)
    if isinstance(value, tuple):
        return say_all(value, language)
    return value
