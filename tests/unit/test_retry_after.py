"""What a server asks for with ``Retry-After``, in every form that was seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2
import pytest

from virtual_lab.retry_after import LONGEST_S, retry_after_s

PAST = "Fri, 31 Dec 1999 23:59:59 GMT"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0), ("7", 7.0), (" 7 ", 7.0), ("007", 7.0), ("1.5", 1.5), ("0.25", 0.25),
        ("3600", 3600.0), ("86401", LONGEST_S), ("9" * 400, LONGEST_S),
        (PAST, 0.0), (PAST.removesuffix(" GMT"), 0.0), ("Friday, 31-Dec-99 23:59:59 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_S),
        ("", None), ("soon", None), ("-5", None), ("-0.5", None), ("+5", None), ("inf", None),
        ("-inf", None), ("nan", None), ("1e3", None), ("1_000", None), ("1,5", None),
        ("5, 6", None),
        (".5", None), ("5.", None), ("5s", None), ("²", None), ("٣", None), ("0x10", None),
        ("Wed, 99 Dec 2026 00:00:00 GMT", None), ("1 Jan 99999999999999999999 0:0:0 GMT", None),
    ],
)  # fmt: skip
def test_a_header_asks_for_seconds_or_for_nothing(value: str, seconds: float | None) -> None:
    assert retry_after_s({"retry-after": value}) == seconds


@pytest.mark.parametrize("is_gmt", [True, False])
def test_a_date_to_come_is_the_time_until_then(is_gmt: bool) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=is_gmt)
    assert retry_after_s({"retry-after": date}) == pytest.approx(29.5, abs=1)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after-ms": "9" * 400}, LONGEST_S),
        ({"retry-after-ms": "inf", "retry-after": "9"}, 9.0),
        ({}, None),
    ],
)
def test_milliseconds_count_first(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_s(headers) == seconds


def test_the_case_of_the_header_does_not_matter() -> None:
    assert retry_after_s(httpx2.Headers({"RETRY-After": "2"})) == 2.0
