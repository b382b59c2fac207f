"""The readers that are installed, and which of them takes a file."""

from __future__ import annotations

from pathlib import Path

from virtual_lab import plugins
from virtual_lab.documents.declaration import ReaderDeclaration
from virtual_lab.documents.document import Document
from virtual_lab.errors import EmptyDocumentError, UnsupportedDocumentError
from virtual_lab.messages.catalogue import Language


def readers() -> tuple[ReaderDeclaration, ...]:
    """All readers, the built-in ones first."""
    return plugins.declared(ReaderDeclaration)


def suffixes() -> tuple[str, ...]:
    """The endings of all files that are read."""
    return tuple(suffix for reader in readers() for suffix in reader.suffixes)


def kinds(language: Language = "en", last: str = "") -> str:
    """The kinds of files that are read, as a list with the word ``last`` before the last."""
    return plugins.in_words([reader.label.text(language) for reader in readers()], last)


def is_read(path: Path) -> bool:
    """Whether there is a reader for a file, by its ending."""
    return path.suffix.lower() in suffixes()


def unsupported(what: str) -> UnsupportedDocumentError:
    """The error for a file of a kind that no reader takes.

    Args:
        what: its ending or media type, "" where it has none.
    """
    if not what:
        return UnsupportedDocumentError("document.no_ending", kinds=kinds())
    return UnsupportedDocumentError("document.not_read", what=what, kinds=kinds())


def read_document(path: Path) -> Document:
    """Read one file into a document, by its ending.

    Raises:
        UnreadableDocumentError: why the file gives no text, in a line for the user.
    """
    suffix = path.suffix.lower()
    reader = next((reader for reader in readers() if suffix in reader.suffixes), None)
    if reader is None:
        raise unsupported(path.suffix)
    if path.stat().st_size == 0:
        raise EmptyDocumentError()
    return reader.read(path)
