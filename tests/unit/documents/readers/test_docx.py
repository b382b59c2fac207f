"""Word documents: styles tell headings, lists, contents and references."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import pytest

from virtual_lab.documents.document import BlockKind
from virtual_lab.documents.readers import docx as reader
from virtual_lab.documents.readers.docx import read_docx
from virtual_lab.errors import (
    BrokenDocumentError,
    EmptyDocumentError,
    EncryptedDocumentError,
    OversizedDocumentError,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.docx"


def test_styles_tell_what_a_paragraph_is(path: Path) -> None:
    word = docx.Document()
    word.core_properties.title = ""
    word.core_properties.author = "A. Panel; B. Panel"
    word.add_heading("A guidance", 0)
    word.add_heading("1. Safety", 1)
    word.add_paragraph("Data on geno\u00adtoxicity are required.")
    word.add_paragraph("an in vitro test", style="List Bullet")
    word.add_table(rows=1, cols=2).rows[0].cells[0].text = "A cell"
    word.add_heading("References", 1)
    word.add_paragraph("Smith (2020). A study.")
    word.save(str(path))
    document = read_docx(path)
    assert document.title == "A guidance"
    assert document.authors == ("A. Panel", "B. Panel")
    assert [(b.kind, document.text[b.start : b.end], b.section) for b in document.blocks] == [
        (BlockKind.HEADING, "A guidance", ()),
        (BlockKind.HEADING, "Safety", ("Safety",)),
        (BlockKind.TEXT, "Data on genotoxicity are required.", ("Safety",)),
        (BlockKind.ITEM, "an in vitro test", ("Safety",)),
        (BlockKind.TABLE, "A cell", ("Safety",)),
        (BlockKind.HEADING, "References", ("References",)),
        (BlockKind.REFERENCE, "Smith (2020). A study.", ("References",)),
    ]


def test_a_document_without_text_is_empty(path: Path) -> None:
    word = docx.Document()
    word.add_heading("Only a heading", 1)
    word.save(str(path))
    with pytest.raises(EmptyDocumentError):
        read_docx(path)


def test_a_password_is_told(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0" + b"\x00" * 100)
    with pytest.raises(EncryptedDocumentError):
        read_docx(path)


def test_an_archive_that_is_no_document_is_broken(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("anything.txt", "text")
    with pytest.raises(BrokenDocumentError):
        read_docx(path)


@pytest.mark.parametrize("broken", ["<w:document", ""])
def test_broken_markup_is_told(path: Path, broken: str) -> None:
    docx.Document().save(str(path))
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, broken if name == "word/document.xml" else content)
    with pytest.raises(BrokenDocumentError):
        read_docx(path)


def test_an_archive_that_unpacks_to_too_much_is_not_unpacked(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MAX_UNPACKED", 1_000)
    docx.Document().save(str(path))
    with pytest.raises(OversizedDocumentError):
        read_docx(path)
