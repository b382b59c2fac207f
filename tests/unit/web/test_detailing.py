"""Details of the program in the language of the page."""

from __future__ import annotations

import string

import pytest

from virtual_lab.web.detailing import in_language
from virtual_lab.web.words.details import DETAILS


@pytest.mark.parametrize(
    ("english", "korean"),
    [
        (
            "section 2 again: Say which {tests} are needed.",
            "섹션 2 다시 작성: Say which {tests} are",
        ),
        ("no text on page 3, 7", "글자가 없는 쪽: 3, 7"),
        ("page 2 cannot be read; no text on page 2", "2쪽은 읽을 수 없습니다; 글자가 없는 쪽: 2"),
        ("/data (12.3 GB free)", "/data(남은 공간 12.3GB)"),
    ],
)
def test_what_the_program_says_is_put_in_korean(english: str, korean: str) -> None:
    assert in_language(english, "ko").startswith(korean)
    assert in_language(english, "en") == english


def test_what_is_not_known_stays_as_it_is() -> None:
    for text in ("", "Something new", "Something; new"):
        assert in_language(text, "ko") == text


def test_what_the_line_above_says_is_not_said_again() -> None:
    assert in_language("all of them can be used", "ko") == ""


def test_both_languages_fill_in_the_same_blanks() -> None:
    for english, korean in DETAILS:
        wanted, given = (
            {b for _, b, _, _ in string.Formatter().parse(t) if b} for t in (korean, english)
        )
        assert wanted <= given, english
