"""The catalogues: complete in both languages, with the same blanks, and each message used."""

from __future__ import annotations

import re
import string
from importlib.resources import files
from pathlib import Path

import pytest

from virtual_lab.messages import Message, codes, say

FOLDER = Path(str(files("virtual_lab.messages")))
AREAS = sorted(path.stem for path in (FOLDER / "en").glob("*.po"))
HANGUL = re.compile(r"[가-힣]")
LETTER = re.compile(r"[A-Za-z]")
BLANK = re.compile(r"\{\w+\}")
ENTRY = re.compile(r'^msgid "(.+)"\nmsgstr ((?:".*"\n?)+)', re.MULTILINE)

each_area = pytest.mark.parametrize("area", AREAS)


def entries(language: str, area: str) -> dict[str, str]:
    """The messages of a catalogue as they stand in its file."""
    text = (FOLDER / language / f"{area}.po").read_text("utf-8")
    return {code: re.sub(r'"\n"', "", words.strip()) for code, words in ENTRY.findall(text)}


def test_both_languages_have_the_same_areas() -> None:
    assert AREAS
    assert sorted(path.stem for path in (FOLDER / "ko").glob("*.po")) == AREAS


@each_area
def test_both_languages_have_the_same_messages(area: str) -> None:
    english, korean = entries("en", area), entries("ko", area)
    assert codes(area) == english.keys() == korean.keys()
    assert all(code.startswith(f"{area}.") for code in english)


@each_area
def test_every_message_is_in_its_language_with_the_same_blanks(area: str) -> None:
    english, korean = entries("en", area), entries("ko", area)
    for code, words in english.items():
        assert words.strip('"'), code
        assert not HANGUL.search(words), code
        if LETTER.search(BLANK.sub("", korean[code])):
            assert HANGUL.search(korean[code]), code
        assert blanks(korean[code]) == blanks(words), code


def test_a_message_is_said_with_its_values() -> None:
    assert say("lab.planned", "en", team="A, B") == "Team: A, B"
    assert Message.of("lab.planned", team="가").text("ko") == "팀 구성: 가"


def test_a_value_that_is_a_message_is_said_in_the_same_language() -> None:
    message = Message.of("lab.planned", team=Message.of("lab.cost"))
    assert (message.text("en"), message.text("ko")) == ("Team: cost", "팀 구성: 비용")
    kept = Message.model_validate_json(message.model_dump_json())
    assert kept.text("ko") == message.text("ko")


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
