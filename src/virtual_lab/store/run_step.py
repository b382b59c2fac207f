"""A step in the life of a run, and how its log tells of it.

The store knows the steps by name only: their words, in the language of the answer, come from above.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from virtual_lab.domain import Question

RunStep = Literal["queued", "lost", "given_back", "resumed", "partial", "cancelled"]
Describe = Callable[[RunStep, Question], str]
"""Gives the line that tells of a step of the run that answers a question."""


def step_alone(step: RunStep, question: Question) -> str:
    """The name of the step, for a store whose log nobody reads."""
    return step
