"""Word documents (DOCX), by python-docx."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import docx
from docx.opc.exceptions import OpcError
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml.etree import XMLSyntaxError

from virtual_lab.documents.document import BlockKind, Document, DocumentBuilder
from virtual_lab.documents.readers.headings import ITEM_MARK, clean_heading, is_apparatus_title
from virtual_lab.errors import (
    BrokenDocumentError,
    EmptyDocumentError,
    EncryptedDocumentError,
    OversizedDocumentError,
)
from virtual_lab.text.language import detect_language

MAX_UNPACKED = 300 * 1024 * 1024
"""The largest size of the files within a DOCX, in bytes, when they are unpacked."""

# A DOCX with a password begins with these bytes: it stands within an OLE container.
_OLE_MAGIC = b"\xd0\xcf\x11\xe0"
_HEADING_STYLE = re.compile(r"(?:heading|제목)\s*(\d)", re.IGNORECASE)


def read_docx(path: Path) -> Document:
    """Read a Word document.

    Raises:
        EncryptedDocumentError, BrokenDocumentError, EmptyDocumentError, OversizedDocumentError
    """
    with path.open("rb") as file:
        if file.read(4) == _OLE_MAGIC:
            raise EncryptedDocumentError()
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
                raise OversizedDocumentError("document.over_unpacked", most=MAX_UNPACKED >> 20)
        word = docx.Document(str(path))
    except (OpcError, zipfile.BadZipFile, XMLSyntaxError, KeyError, ValueError) as error:
        raise BrokenDocumentError("document.not_a_docx", said=error) from None
    builder = DocumentBuilder()
    apparatus_level = 0
    for element in word.iter_inner_content():
        if isinstance(element, Table):
            _add_table(builder, element)
            continue
        text = " ".join(element.text.replace("\u00ad", "").split())
        if not text:
            continue
        level = _heading_level(element)
        if level is not None:
            if is_apparatus_title(text):
                apparatus_level = apparatus_level or level or 1
            elif level <= apparatus_level:
                apparatus_level = 0
            if level:
                builder.heading(clean_heading(text), level)
            else:
                builder.add(BlockKind.HEADING, text)
        elif apparatus_level:
            builder.add(BlockKind.REFERENCE, text)
        else:
            builder.add(_kind(element, text), text)
    if not any(block.kind is not BlockKind.HEADING for block in builder.blocks):
        raise EmptyDocumentError()
    properties = word.core_properties
    return Document(
        title=properties.title or _first_heading(builder) or path.stem,
        text=builder.text,
        blocks=builder.blocks,
        language=detect_language(builder.text),
        path=str(path),
        authors=tuple(a.strip() for a in (properties.author or "").split(";") if a.strip()),
    )


def _heading_level(paragraph: Paragraph) -> int | None:
    """1 and more for a heading, 0 for the title of the document, None for anything else."""
    style = (paragraph.style.name if paragraph.style else "") or ""
    if style.lower() == "title":
        return 0
    match = _HEADING_STYLE.match(style)
    return int(match[1]) if match else None


def _kind(paragraph: Paragraph, text: str) -> BlockKind:
    style = (paragraph.style.name if paragraph.style else "") or ""
    if style.lower().startswith("toc"):
        return BlockKind.CONTENTS
    listed = style.lower().startswith("list") or ITEM_MARK.match(text)
    return BlockKind.ITEM if listed else BlockKind.TEXT


def _add_table(builder: DocumentBuilder, table: Table) -> None:
    for row in table.rows:
        cells = dict.fromkeys(" ".join(cell.text.split()) for cell in row.cells)
        builder.add(BlockKind.TABLE, " | ".join(cell for cell in cells if cell))


def _first_heading(builder: DocumentBuilder) -> str | None:
    text = builder.text
    for block in builder.blocks[:5]:
        if block.kind is BlockKind.HEADING:
            return text[block.start : block.end]
    return None
