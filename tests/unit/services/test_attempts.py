"""Wrong keys, by address."""

from __future__ import annotations

import pytest

from virtual_lab.services import attempts
from virtual_lab.services.attempts import MOST_WRONG_KEYS, WINDOW_S, FailedSignIns


def test_an_address_waits_until_its_oldest_failure_is_a_minute_old(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1000.0
    monkeypatch.setattr(attempts.time, "monotonic", lambda: now)
    kept = FailedSignIns()
    for number in range(MOST_WRONG_KEYS):
        assert kept.wait_of_address_s("a") == 0
        now = 1000.0 + number
        kept.fail("a", f"key {number}")
    assert kept.wait_of_address_s("a") == WINDOW_S - (MOST_WRONG_KEYS - 1)
    assert kept.wait_of_address_s("b") == 0
    assert kept.wait_of_key_s("key 0") == 0
    now = 1000.0 + WINDOW_S
    assert kept.wait_of_address_s("a") == 0


def test_a_wrong_key_waits_wherever_it_comes_from() -> None:
    kept = FailedSignIns()
    for number in range(MOST_WRONG_KEYS):
        assert kept.wait_of_key_s("old") == 0
        kept.fail(f"address {number}", "old")
    assert 0 < kept.wait_of_key_s("old") <= WINDOW_S
    assert kept.wait_of_key_s("new") == 0
    assert kept.wait_of_address_s("address 0") == 0


def test_only_so_many_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "_MOST_REMEMBERED", 2)
    kept = FailedSignIns()
    for number in range(MOST_WRONG_KEYS):
        kept.fail("a", f"key {number}")
    assert kept.wait_of_address_s("a") > 0
    kept.fail("b", "key")
    kept.fail("c", "key")
    assert kept.wait_of_address_s("a") == 0


def test_no_key_is_kept_as_it_is() -> None:
    kept = FailedSignIns()
    kept.fail("a", "vlab_nearly-right")
    assert "nearly-right" not in repr([vars(part) for part in vars(kept).values()])
