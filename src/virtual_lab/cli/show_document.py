"""``virtual-lab library show``: prints the passages of a document."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from virtual_lab.cli.screen import stdout

if TYPE_CHECKING:
    from virtual_lab.domain import Source
    from virtual_lab.library.index import DocumentIndex


def show_document(index: DocumentIndex, named: str, page: int | None) -> None:
    """Print a document's passages in their order, each after its page and its headings.

    Args:
        index: the library.
        named: the id of the document, or the name of its file.
        page: print only the passages of this page.

    Raises:
        InvalidInputError: several documents have this name, or it has no such page.
        NotFoundError: there is no such document.
    """
    from rich.markup import escape

    from virtual_lab.domain import SECTION_MARK
    from virtual_lab.errors import InvalidInputError

    source = _named(index, named)
    passages = [p for p in index.passages(source.id) if page is None or p.page == page]
    if not passages:
        raise InvalidInputError("library.no_passage_on_page", document=source.id, page=page)
    console = stdout()
    console.print(f"[bold]{escape(source.title)}[/bold]  [dim]{source.id}[/dim]")
    for note in source.warnings:
        console.print(f"[dim]{escape(note)}[/dim]")
    for passage in passages:
        place = [f"p. {passage.page}"] if passage.page else []
        if passage.section:
            place.append(SECTION_MARK.join(passage.section))
        console.print(f"\n[dim]{escape(', '.join(place) or passage.id)}[/dim]")
        console.print(escape(passage.text))


def _named(index: DocumentIndex, named: str) -> Source:
    """The document with this id, or the only one whose file has this name."""
    from virtual_lab.errors import InvalidInputError, NotFoundError

    sources = {
        source.id: source
        for source in index.sources()
        if source.id == named or (source.path and PurePath(source.path).name == named)
    }
    if not sources:
        raise NotFoundError("library.no_document_named", name=named)
    if len(sources) > 1:
        raise InvalidInputError(
            "library.several_documents", name=named, documents=", ".join(sources)
        )
    return sources.popitem()[1]
