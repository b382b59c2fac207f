"""The header ``Retry-After``: how long a server asks to be left alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_S = 24 * 3600.0
"""Of what a server may ask for, in seconds."""

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """How long a server asks to be left alone, in seconds, at most ``LONGEST_S``.

    RFC 9110 has whole seconds or a date; fractions are understood as well, and so is
    ``retry-after-ms``, which servers of models send. A date that has passed is 0. None where
    nothing is asked for, or what is sent is neither.

    Args:
        headers: of its answer, by names that are lower case or whose case does not matter.
    """
    milliseconds = headers.get("retry-after-ms", "").strip()
    if _NUMBER.fullmatch(milliseconds):
        return min(LONGEST_S, float(milliseconds) / 1000)
    value = headers.get("retry-after", "").strip()
    if _NUMBER.fullmatch(value):
        return min(LONGEST_S, float(value))
    try:
        date = parsedate_to_datetime(value)
        if date.tzinfo is None:
            date = date.replace(tzinfo=UTC)
        return min(LONGEST_S, max(0.0, (date - datetime.now(UTC)).total_seconds()))
    except (ValueError, OverflowError):
        return None
