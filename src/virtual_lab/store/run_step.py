"""A step of a run between its submit and its end, and the function that describes it.

The store knows only the names of the steps. The caller gives the function that makes sentences of
them, in the language of the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from virtual_lab.domain import Question

RunStep = Literal["queued", "lost", "given_back", "resumed", "partial", "cancelled"]
Describe = Callable[[RunStep, Question], str]
"""Describes a step of the run of a question, in one line."""


def step_name(step: RunStep, question: Question) -> str:
    """The name of the step, for a store that is opened without a function for sentences."""
    return step
