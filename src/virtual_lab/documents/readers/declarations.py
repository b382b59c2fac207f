"""The declarations of the built-in readers, which import a reader only when a file is read."""

from __future__ import annotations

from pathlib import Path

from virtual_lab.documents.declaration import Magic, ReaderDeclaration
from virtual_lab.documents.document import Document
from virtual_lab.plugins import Label


def _read_pdf(path: Path) -> Document:
    from virtual_lab.documents.readers.pdf import read_pdf

    return read_pdf(path)


def _read_docx(path: Path) -> Document:
    from virtual_lab.documents.readers.docx import read_docx

    return read_docx(path)


def _read_html(path: Path) -> Document:
    from virtual_lab.documents.readers.html import read_html

    return read_html(path)


def _read_markdown(path: Path) -> Document:
    from virtual_lab.documents.readers.markdown import read_markdown

    return read_markdown(path)


def _read_text(path: Path) -> Document:
    from virtual_lab.documents.readers.plaintext import read_text

    return read_text(path)


PDF = ReaderDeclaration(
    label=Label("PDF"),
    place=1,
    suffixes=(".pdf",),
    media_types=("application/pdf",),
    magic=(Magic(b"%PDF-", within=1024),),
    read=_read_pdf,
)
DOCX = ReaderDeclaration(
    label=Label("Word"),
    place=2,
    suffixes=(".docx",),
    media_types=("application/vnd.openxmlformats-officedocument.wordprocessingml.document",),
    magic=(Magic(b"PK\x03\x04"), Magic(b"word/", within=65_536)),
    read=_read_docx,
)
HTML = ReaderDeclaration(
    label=Label("HTML"),
    place=3,
    suffixes=(".html", ".htm", ".xhtml"),
    media_types=("text/html", "application/xhtml+xml"),
    is_text=True,
    read=_read_html,
)
MARKDOWN = ReaderDeclaration(
    label=Label("Markdown"),
    place=4,
    suffixes=(".md", ".markdown"),
    media_types=("text/markdown", "text/x-markdown"),
    is_text=True,
    read=_read_markdown,
)
TEXT = ReaderDeclaration(
    label=Label("text", "텍스트"),
    place=5,
    suffixes=(".txt", ".text"),
    media_types=("text/plain",),
    is_text=True,
    read=_read_text,
)
