"""Opening the document index that the settings ask for."""

from __future__ import annotations

from virtual_lab.evidence.document_index import DocumentIndex
from virtual_lab.settings import Settings


def open_index(settings: Settings) -> DocumentIndex:
    """The index of the library: a file in the data folder.

    Raises:
        LibraryError: it cannot be opened.
    """
    from virtual_lab.evidence.index import Index

    return Index(settings.library_path)
