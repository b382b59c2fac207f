"""PDF files as they are: the EFSA guidance, and those that give no text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from virtual_lab.documents.document import QUOTABLE, BlockKind, Document
from virtual_lab.documents.readers.pdf import read_pdf
from virtual_lab.errors import BrokenDocumentError, EncryptedDocumentError, ScannedDocumentError

PAGE = b"""%PDF-1.4
1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 400 200]/Contents 4 0 R
/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>> endobj
4 0 obj <</Length 90>> stream
BT /F 12 Tf 20 150 Td (Insects are eaten in) Tj 0 -14 Td (many coun-) Tj 0 -14 Td (tries.) Tj ET
endstream endobj
trailer <</Root 1 0 R>>
"""
"""A page written for these tests."""


@pytest.fixture(scope="module")
def guidance(shared_data: Path) -> Document:
    (path,) = (shared_data / "documents" / "en").glob("*.pdf")
    return read_pdf(path)


def quotable(document: Document) -> str:
    return "\n".join(
        document.text[block.start : block.end]
        for block in document.blocks
        if block.kind in QUOTABLE
    )


def test_the_guidance_is_known_by_its_title(guidance: Document) -> None:
    assert "novel food" in guidance.title
    assert (guidance.pages, guidance.language) == (48, "en")


def test_pages_rise_and_blocks_follow_each_other(guidance: Document) -> None:
    pages = [block.page or 0 for block in guidance.blocks]
    assert pages == sorted(pages)
    assert set(pages) <= set(range(1, 49))
    ends = [block.end for block in guidance.blocks]
    starts = [block.start for block in guidance.blocks]
    assert all(end < start for end, start in zip(ends, starts[1:], strict=False))


def test_nothing_that_the_layout_repeats_may_be_quoted(guidance: Document) -> None:
    text = quotable(guidance)
    for running in (
        "18314732",
        "Wiley Online Library",
        "of 48",
        "GUIDANCE ON NOVEL FOODS",
        "\u00ad",
        "\ufffe",
    ):
        assert running not in text
    assert not re.search(r"\.{5,}", text)


def test_contents_and_references_are_known(guidance: Document) -> None:
    kinds = {block.kind for block in guidance.blocks}
    assert {BlockKind.CONTENTS, BlockKind.REFERENCE, BlockKind.NOTE} <= kinds
    listed = [block for block in guidance.blocks if block.section[-1:] == ("References",)]
    assert listed
    assert not QUOTABLE & {block.kind for block in listed}


def test_headings_are_not_letter_spaced(guidance: Document) -> None:
    titles = {title for block in guidance.blocks for title in block.section}
    assert "Identity of the novel food" in titles
    assert not [title for title in titles if re.search(r"(?:\b\w{1,2} ){4}", title)]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        (
            "005-libreoffice-writer-password__libreoffice-writer-password.pdf",
            EncryptedDocumentError,
        ),
        ("missing.pdf", FileNotFoundError),
    ],
)
def test_a_file_that_gives_no_text_says_why(
    shared_data: Path, name: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        read_pdf(shared_data / "hostile" / "pdf" / name)


def test_the_lines_of_a_page_are_joined(tmp_path: Path) -> None:
    path = tmp_path / "page.pdf"
    path.write_bytes(PAGE)
    document = read_pdf(path)
    assert document.pages == 1
    assert document.text.split("\n") == ["Insects are eaten in many countries."]
    assert [(block.kind, block.page) for block in document.blocks] == [(BlockKind.TEXT, 1)]


@pytest.mark.parametrize("content", [b"", b"no PDF", b"%PDF-1.4\n%%EOF"])
def test_a_broken_file_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(content)
    with pytest.raises(BrokenDocumentError):
        read_pdf(path)


def test_a_page_without_a_text_layer_is_a_scan(tmp_path: Path) -> None:
    import pypdfium2

    pdf = pypdfium2.PdfDocument.new()
    pdf.new_page(200, 200)
    pdf.save(tmp_path / "scan.pdf")
    pdf.close()
    with pytest.raises(ScannedDocumentError):
        read_pdf(tmp_path / "scan.pdf")
