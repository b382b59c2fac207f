"""The doctor's checks in the language of the page."""

from __future__ import annotations

import re

from virtual_lab.doctor import Check, CheckOutcome
from virtual_lab.web.check_text import tell


def test_a_check_is_told_in_korean_with_what_to_do() -> None:
    check = Check(
        "worker", CheckOutcome.NOTE, "none answers", "virtual-lab up, or virtual-lab worker"
    )
    told = tell(check, "ko")
    assert told.name == "작업자"
    assert re.search("[가-힣]", told.summary)
    assert "virtual-lab worker" in told.remedy
    assert re.search("[가-힣]", told.remedy)
    assert tell(check, "en").remedy == check.remedy


def test_what_works_asks_for_nothing() -> None:
    assert tell(Check("pdf", CheckOutcome.OK, "fine"), "ko").remedy == ""


def test_a_new_check_stays_in_the_words_of_the_doctor() -> None:
    check = Check("moon", CheckOutcome.FAIL, "it is not full", "wait")
    for language in ("en", "ko"):
        assert tell(check, language)[2:] == ("", "it is not full", "wait")
