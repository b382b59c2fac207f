"""Plain text: in the encodings that people have, with what paragraphs tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from virtual_lab.documents.document import Document
from virtual_lab.documents.readers.plaintext import decode, read_text
from virtual_lab.errors import BrokenDocumentError, EmptyDocumentError

KOREAN = "유전독성 시험을 하여야 한다."


def read(tmp_path: Path, content: bytes | str) -> Document:
    path = tmp_path / "note.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_text(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
def test_korean_is_read_in_each_encoding(tmp_path: Path, encoding: str) -> None:
    document = read(tmp_path, KOREAN.encode(encoding))
    assert (document.text, document.language, document.title) == (KOREAN, "ko", "note")


def test_western_text_in_latin_1_is_read() -> None:
    assert decode("café à la carte".encode("latin-1")) == "café à la carte"


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(BrokenDocumentError, match="not text"):
        decode(b"PK\x03\x04\x00\x00")


def test_paragraphs_headings_and_references(tmp_path: Path) -> None:
    document = read(
        tmp_path,
        "Introduction\r\n\r\nA para\u00adgraph over\r\ntwo lines.\r\n\r\nReferences\r\n\r\n"
        "Smith (2020). A study.\r\n",
    )
    assert [(p.text, p.section) for p in document.passages()] == [
        ("A paragraph over two lines.", ("Introduction",))
    ]


def test_white_space_is_an_empty_document(tmp_path: Path) -> None:
    with pytest.raises(EmptyDocumentError):
        read(tmp_path, " \n\n\t\n")
