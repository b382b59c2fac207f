"""What models cost, in US dollars per million tokens.

The list holds published prices of the providers as of November 2025; they change, and a setting
(VIRTUAL_LAB_PRICE_PROMPT, VIRTUAL_LAB_PRICE_ANSWER) goes before it. A model that is served on
this machine costs nothing.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Price(NamedTuple):
    """US dollars per million tokens of prompts and of answers."""

    prompt: float
    answer: float

    def of(self, prompt_tokens: int, answer_tokens: int) -> float:
        """The cost of a call in US dollars."""
        return (prompt_tokens * self.prompt + answer_tokens * self.answer) / 1_000_000


# By the model's name; a version behind it ("-2025-08-07", "-latest") changes nothing.
_PRICES = {
    "gpt-5": Price(1.25, 10.0),
    "gpt-5-mini": Price(0.25, 2.0),
    "gpt-5-nano": Price(0.05, 0.4),
    "gpt-4.1": Price(2.0, 8.0),
    "gpt-4.1-mini": Price(0.4, 1.6),
    "gpt-4.1-nano": Price(0.1, 0.4),
    "gpt-4o": Price(2.5, 10.0),
    "gpt-4o-mini": Price(0.15, 0.6),
    "o3": Price(2.0, 8.0),
    "o4-mini": Price(1.1, 4.4),
    "claude-opus-4-5": Price(5.0, 25.0),
    "claude-sonnet-4-5": Price(3.0, 15.0),
    "claude-haiku-4-5": Price(1.0, 5.0),
    "gemini-2.5-pro": Price(1.25, 10.0),
    "gemini-2.5-flash": Price(0.3, 2.5),
    "gemini-2.5-flash-lite": Price(0.1, 0.4),
}


_VERSION = re.compile(r"-(?:\d{4,8}(?:-\d\d){0,2}|latest|preview.*)$")


def price_of(name: str) -> Price | None:
    """The price of a model by its name without the provider; None where it is not known."""
    while name not in _PRICES:
        shorter = _VERSION.sub("", name)
        if shorter == name:
            return None
        name = shorter
    return _PRICES[name]
