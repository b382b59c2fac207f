"""The header ``Retry-After``: how long a server asks its clients to wait."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_S = 24 * 3600.0
"""The longest wait that is believed."""

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """The seconds that a server asks to wait, at most ``LONGEST_S``; None where it does not.

    RFC 9110 allows whole seconds or a date. Fractions and the header ``retry-after-ms`` of model
    servers are accepted as well. A date in the past means 0; an invalid value means None.

    Args:
        headers: the headers of an answer, case-insensitive or with names in lower case.
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
