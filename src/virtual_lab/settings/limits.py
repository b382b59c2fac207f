"""Limits that a user can remove."""

from __future__ import annotations

from pydantic import BeforeValidator


def _none_for_no_limit(value: object) -> object:
    """None for 0 and "none", since an empty variable already means that it is unset."""
    return None if str(value).strip().lower() in ("0", "0.0", "none") else value


OR_NONE = BeforeValidator(_none_for_no_limit)
"""For a setting that 0 and "none" set to None."""
