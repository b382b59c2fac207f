"""Errors in the language of the page."""

from __future__ import annotations

import re

import pytest

from virtual_lab import errors
from virtual_lab.errors import ModelRefusedError, TimeLimitError, VirtualLabError
from virtual_lab.messages import codes
from virtual_lab.store.run import RunFailure
from virtual_lab.web.failing import explain, explain_stored, line

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, VirtualLabError)
]


def test_an_error_is_told_in_both_languages() -> None:
    error = TimeLimitError("run.over_time", seconds="3300")
    assert line(error, "en") == "The run took longer than a run may take: 3300 s"
    assert line(error, "ko") == "조사에 허용된 시간을 넘겼습니다: 3300초"


def test_what_was_stored_is_told_like_the_error_itself() -> None:
    error = ModelRefusedError("model.status", endpoint="here", status=401, said="no")
    for language in ("en", "ko"):
        failure = RunFailure("ModelRefusedError", str(error), error.message)
        assert explain_stored(failure, language) == explain(error, language)
    assert "key" in explain(error, "en").remedy


def test_what_was_stored_before_messages_were_kept_is_told_in_its_own_words() -> None:
    failure = RunFailure("TimeLimitError", "The run took longer than a run may take: 3300 s")
    assert explain_stored(failure, "ko").detail == "3300 s"


def test_an_unknown_error_is_one_of_ours() -> None:
    told = explain_stored(RunFailure("OtherError", "what"), "ko")
    assert told.title == explain(VirtualLabError(), "ko").title


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_error_has_its_name_in_both_languages(kind: type[VirtualLabError]) -> None:
    error = kind()
    assert explain(error, "en").title == error.title
    assert re.search("[가-힣]", explain(error, "ko").title)
    assert re.search("[가-힣]", explain(error, "ko").remedy)


def test_every_name_and_remedy_is_of_a_kind_of_error() -> None:
    names = {kind.__name__ for kind in KINDS}
    assert {code.removeprefix("error_names.") for code in codes("error_names")} == names
    assert {code.removeprefix("remedies.") for code in codes("remedies")} <= names
