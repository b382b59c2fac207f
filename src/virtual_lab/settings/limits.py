"""Limits that can be taken away."""

from __future__ import annotations

from pydantic import BeforeValidator


def _none_for_no_limit(value: object) -> object:
    """None for 0 and "none": an empty variable counts as unset, so no limit needs a word."""
    return None if str(value).strip().lower() in ("0", "0.0", "none") else value


OR_NONE = BeforeValidator(_none_for_no_limit)
"""Of a setting that 0 and "none" set to None."""
