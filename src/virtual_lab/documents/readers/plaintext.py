"""Plain text: paragraphs between empty lines."""

from __future__ import annotations

import re
from pathlib import Path

from virtual_lab.documents.document import BlockKind, Document, DocumentBuilder
from virtual_lab.documents.readers.headings import ITEM_MARK, clean_heading, is_apparatus_title
from virtual_lab.errors import BrokenDocumentError, EmptyDocumentError
from virtual_lab.text.language import detect_language

# In this order: a byte order mark decides; CP949 is what Korean Windows programs write.
_ENCODINGS = ("utf-8-sig", "cp949", "latin-1")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_PARAGRAPH_END = re.compile(r"\n\s*\n")
_MAX_HEADING_CHARACTERS = 100


def decode(data: bytes) -> str:
    """Bytes as text, by their byte order mark, else as UTF-8, CP949 or Latin-1.

    Raises:
        BrokenDocumentError: the bytes are not text.
    """
    if data.startswith(_UTF16_MARKS):
        return data.decode("utf-16", errors="replace")
    if b"\x00" in data[:65_536]:
        raise BrokenDocumentError("document.not_text")
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BrokenDocumentError("document.unknown_encoding")


def read_text(path: Path) -> Document:
    """Read a text file.

    Raises:
        EmptyDocumentError: it holds white space only.
        BrokenDocumentError: it is not text.
    """
    text = decode(path.read_bytes()).replace("\r\n", "\n").replace("\u00ad", "")
    builder = DocumentBuilder()
    in_apparatus = False
    for paragraph in _PARAGRAPH_END.split(text):
        line = " ".join(paragraph.split())
        if _is_heading(line, paragraph):
            in_apparatus = is_apparatus_title(line)
            builder.heading(clean_heading(line), 1)
        elif in_apparatus:
            builder.add(BlockKind.REFERENCE, line)
        else:
            builder.add(BlockKind.ITEM if ITEM_MARK.match(line) else BlockKind.TEXT, line)
    if not builder.blocks:
        raise EmptyDocumentError()
    return Document(
        title=path.stem,
        text=builder.text,
        blocks=builder.blocks,
        language=detect_language(builder.text),
        path=str(path),
    )


def _is_heading(line: str, paragraph: str) -> bool:
    """Whether a paragraph is a short line of its own that does not end as a sentence does."""
    return (
        0 < len(line) <= _MAX_HEADING_CHARACTERS
        and "\n" not in paragraph.strip()
        and line[-1] not in ".!?;:,。"
        and not ITEM_MARK.match(line)
        and any(c.isalpha() for c in line)
    )
