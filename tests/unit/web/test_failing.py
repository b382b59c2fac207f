"""Errors in the language of the page."""

from __future__ import annotations

import re

import pytest

from virtual_lab.errors import ModelRefusedError, TimeLimitError, VirtualLabError
from virtual_lab.web.failing import explain, explain_stored, line
from virtual_lab.web.words.errors import KOREAN, REMEDIES


def test_an_error_is_told_in_both_languages() -> None:
    error = TimeLimitError("55 minutes")
    assert line(error, "en") == "The run took longer than a run may take: 55 minutes"
    assert line(error, "ko") == "조사에 허용된 시간을 넘겼습니다: 55 minutes"


def test_what_was_stored_is_told_like_the_error_itself() -> None:
    error = ModelRefusedError("status 401")
    for language in ("en", "ko"):
        told = explain_stored("ModelRefusedError", str(error), language)
        assert told == explain(error, language)
    assert "key" in explain(error, "en").remedy


def test_an_unknown_error_is_one_of_ours() -> None:
    assert explain_stored("OtherError", "what", "ko").title == KOREAN["VirtualLabError"]


@pytest.mark.parametrize("kind", VirtualLabError.__subclasses__())
def test_every_kind_of_error_has_a_korean_name(kind: type[VirtualLabError]) -> None:
    assert kind.__name__ in KOREAN


def test_names_and_remedies_are_in_their_languages() -> None:
    for title in KOREAN.values():
        assert re.search("[가-힣]", title)
    for remedy in REMEDIES.values():
        assert re.search("[가-힣]", remedy["ko"])
        assert not re.search("[가-힣]", remedy["en"])
