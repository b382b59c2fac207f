"""The roles that a model plays."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A role; a model can be set for each."""

    PLAN = "plan"
    ANALYSE = "analyse"
    CRITIQUE = "critique"
    SUMMARISE = "summarise"
    SYNTHESISE = "synthesise"
