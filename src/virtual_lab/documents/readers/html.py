"""HTML: the main content of a page, by trafilatura, read as Markdown."""

from __future__ import annotations

from pathlib import Path

import trafilatura
from trafilatura.metadata import extract_metadata

from virtual_lab.documents.document import Document
from virtual_lab.documents.readers.markdown import markdown_document
from virtual_lab.errors import BrokenDocumentError, EmptyDocumentError


def read_html(path: Path) -> Document:
    """Read a saved web page, without its menus and footers.

    Raises:
        EmptyDocumentError: no running text in it.
        BrokenDocumentError: it is not HTML.
    """
    return html_document(path.read_bytes(), path)


def html_document(data: bytes, path: Path) -> Document:
    """A document from the bytes of a web page; ``path`` names it where it has no title."""
    tree = trafilatura.load_html(data)
    if tree is None:
        raise BrokenDocumentError("document.not_html")
    metadata = extract_metadata(tree)
    text = trafilatura.extract(
        tree,
        output_format="markdown",
        include_comments=False,
        include_tables=True,
        include_formatting=True,
        favor_recall=True,
    )
    if not text:
        raise EmptyDocumentError()
    return markdown_document(
        text,
        path,
        {
            "title": metadata.title,
            "authors": tuple(a.strip() for a in (metadata.author or "").split(";") if a.strip()),
            "published": metadata.date,
            "url": metadata.url,
        },
    )
