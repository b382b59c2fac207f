"""Wrong keys, by address."""

from __future__ import annotations

import pytest

from virtual_lab.api import attempts
from virtual_lab.api.attempts import MOST, WINDOW_S, Attempts


def test_an_address_waits_until_its_oldest_failure_is_a_minute_old(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1000.0
    monkeypatch.setattr(attempts.time, "monotonic", lambda: now)
    kept = Attempts()
    for number in range(MOST):
        assert kept.wait_s("a") == 0
        now = 1000.0 + number
        kept.fail("a")
    assert kept.wait_s("a") == WINDOW_S - (MOST - 1)
    assert kept.wait_s("b") == 0
    now = 1000.0 + WINDOW_S
    assert kept.wait_s("a") == 0


def test_only_so_many_addresses_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "_MOST_ADDRESSES", 2)
    kept = Attempts()
    for _ in range(MOST):
        kept.fail("a")
    assert kept.wait_s("a") > 0
    kept.fail("b")
    kept.fail("c")
    assert kept.wait_s("a") == 0
