"""Details of the program in the language of the page."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import virtual_lab
from virtual_lab.web.detailing import in_language
from virtual_lab.web.words.details import DETAILS

ELSEWHERE = (
    "Failed to load",
    "fails: ",
    "not configured: ",
    "{field}: ",
    "Not Found",
    "Method Not Allowed",
    "{time} s",
)
"""What libraries say, and what is too short to be looked for."""


@pytest.mark.parametrize(
    ("english", "korean"),
    [
        (
            "section 2 again: Say which {tests} are needed.",
            "섹션 2 다시 작성: Say which {tests} are",
        ),
        ("no text on page 3, 7", "글자가 없는 쪽: 3, 7"),
        ("page 2 cannot be read; no text on page 2", "2쪽은 읽을 수 없습니다; 글자가 없는 쪽: 2"),
        ("collection one/two", "모음 one/two"),
        (
            "41 MB; the limit is 40 MB (VIRTUAL_LAB_MAX_DOCUMENT_MB)",
            "41MB, 최대 40MB까지 받습니다(VIRTUAL_LAB_MAX_DOCUMENT_MB)",
        ),
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


def test_every_detail_is_said_somewhere_in_the_program() -> None:
    folder = Path(virtual_lab.__file__).parent
    files = [file for file in folder.rglob("*.py") if "words" not in file.parts]
    said = " ".join(re.sub(r'"\s+f?"', "", file.read_text("utf-8")) for file in files)
    code = re.sub(r"\{[^{}\n\"]*\}", "{}", said)
    for english, _ in DETAILS:
        if english.startswith(ELSEWHERE) or " → " in english:
            continue
        parts = [part.strip() for part in re.split(r"\{\w+\}|embedded Valkey|Redis", english)]
        assert all(part in code for part in parts), english
