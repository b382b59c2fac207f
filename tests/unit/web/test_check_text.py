"""The doctor's checks in the language of the page."""

from __future__ import annotations

import re

import pytest

from virtual_lab.doctor import _CHECKS, Check, CheckOutcome
from virtual_lab.errors import LibraryError
from virtual_lab.messages import Message, has
from virtual_lab.web.check_text import tell

HANGUL = re.compile("[가-힣]")


def test_a_check_is_told_in_korean_with_what_to_do() -> None:
    remedy = Message.of("doctor.mend_worker_silent")
    check = Check("worker", CheckOutcome.NOTE, Message.of("doctor.worker_silent"), remedy)
    told = tell(check, "ko")
    assert told.name == "작업자"
    assert HANGUL.search(told.found)
    assert "virtual-lab worker" in told.remedy
    assert HANGUL.search(told.remedy)
    assert tell(check, "en").remedy == "virtual-lab up, or virtual-lab worker"


def test_a_failed_check_is_told_in_korean() -> None:
    found = LibraryError("library.no_collection", collection="x").as_message()
    told = tell(Check("library", CheckOutcome.FAIL, found), "ko")
    assert HANGUL.search(told.found)
    assert "The library" not in told.found


def test_what_works_asks_for_nothing() -> None:
    assert tell(Check("pdf", CheckOutcome.OK, Message.of("doctor.pdf")), "ko").remedy == ""


def test_a_provider_is_called_by_its_own_name() -> None:
    found = Message.of("doctor.provider_answers")
    assert tell(Check("crossref", CheckOutcome.OK, found), "ko").name == "crossref"


@pytest.mark.parametrize(
    "name",
    ["python", "terminal", "settings", "network", *dict.fromkeys(name for name, _, _ in _CHECKS)],
)
def test_every_check_has_a_name_in_both_languages(name: str) -> None:
    assert has(f"doctor.name_{name}")
