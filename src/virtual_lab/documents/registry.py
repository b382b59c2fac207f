"""One reader per document format, behind one function."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from virtual_lab.documents.document import Document
from virtual_lab.errors import EmptyDocumentError, UnsupportedDocumentError

Reader = Callable[[Path], Document]


def _pdf(path: Path) -> Document:
    from virtual_lab.documents.readers.pdf import read_pdf

    return read_pdf(path)


def _docx(path: Path) -> Document:
    from virtual_lab.documents.readers.docx import read_docx

    return read_docx(path)


def _html(path: Path) -> Document:
    from virtual_lab.documents.readers.html import read_html

    return read_html(path)


def _markdown(path: Path) -> Document:
    from virtual_lab.documents.readers.markdown import read_markdown

    return read_markdown(path)


def _text(path: Path) -> Document:
    from virtual_lab.documents.readers.plaintext import read_text

    return read_text(path)


READERS: dict[str, Reader] = {
    ".pdf": _pdf,
    ".docx": _docx,
    ".html": _html,
    ".htm": _html,
    ".xhtml": _html,
    ".md": _markdown,
    ".markdown": _markdown,
    ".txt": _text,
    ".text": _text,
}


def read_document(path: Path) -> Document:
    """Read one file into a document, by its ending.

    Raises:
        UnreadableDocumentError: why the file gives no text, in a line for the user.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UnsupportedDocumentError(path.suffix or "no ending")
    if path.stat().st_size == 0:
        raise EmptyDocumentError()
    return reader(path)
