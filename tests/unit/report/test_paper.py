"""What may be printed."""

from __future__ import annotations

import pytest

from virtual_lab.report.paper import Note, ProseBlock, QuotedWords, printable


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("one\n two\t three\r\n", "one two three"),
        ("a\x00b\x08c\x1bd\x7fe\x9ff", "abcdef"),
        ("a\x0bb\x1fc\x85d", "a b c d"),
        ("\ufffea\uffff\ufdd0", "a"),
        ("start \u202eesrever\u202c \u2066end\u2069", "start esrever end"),
        (" \x00 a \x00 ", "a"),
        ("신규식품 é 👩‍🔬 <b>&amp;", "신규식품 é 👩‍🔬 <b>&amp;"),
    ],
)
def test_printable(text: str, printed: str) -> None:
    assert printable(text) == printed
    assert printable(printed) == printed


def test_every_text_of_a_paper_is_printable() -> None:
    assert ProseBlock(text="a\x00\nb").text == "a b"


def test_a_note_in_words() -> None:
    note = Note(
        reference=2,
        cited_as="2",
        source="Guidance",
        place="p. 3",
        path="Scope › Terms",
        quotes=(QuotedWords(words="Eins.", translation="One."), QuotedWords(words="Two.")),
    )
    assert note.text == "“Eins.” [One.] — “Two.” — Guidance, p. 3 (Scope › Terms)"
    assert note.label == "[2], p. 3"


def test_a_note_without_a_place() -> None:
    note = Note(reference=1, cited_as="1", source="Guidance", place="", path="", quotes=())
    assert note.text == "Guidance"
    assert note.label == "[1]"
