"""The prices of models, in US dollars per million tokens.

The list holds the published prices of November 2025. Since they change, settings
(VIRTUAL_LAB_PRICE_PROMPT, VIRTUAL_LAB_PRICE_ANSWER) replace it. A model that is served on this
machine costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from virtual_lab.analysts.model.model_names import ModelName
from virtual_lab.analysts.model.providers import is_local
from virtual_lab.settings import Settings


class Price(NamedTuple):
    """US dollars per million tokens of prompts and of answers."""

    prompt: float
    answer: float

    def of(self, prompt_tokens: int, answer_tokens: int) -> float:
        """The cost of a call in US dollars."""
        return (prompt_tokens * self.prompt + answer_tokens * self.answer) / 1_000_000


# By names without a version ("-2025-08-07", "-latest").
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
    """The price of a model by its name without the provider; None where it is unknown."""
    while name not in _PRICES:
        shorter = _VERSION.sub("", name)
        if shorter == name:
            return None
        name = shorter
    return _PRICES[name]


def cost_of(name: ModelName, settings: Settings) -> Callable[[int, int], float | None]:
    """A function from tokens of prompt and answer to US dollars, or None for an unknown price."""
    price = price_of(name.name)
    if settings.price_prompt is not None or settings.price_answer is not None:
        price = Price(settings.price_prompt or 0.0, settings.price_answer or 0.0)
    elif is_local(name, settings):
        price = Price(0.0, 0.0)
    return partial(_cost, price)


def _cost(price: Price | None, prompt_tokens: int, answer_tokens: int) -> float | None:
    return price.of(prompt_tokens, answer_tokens) if price else None
