"""The starter library: short primers that come with the package, for users without documents."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from virtual_lab.documents.document import Document
from virtual_lab.documents.readers.markdown import read_markdown
from virtual_lab.domain import SourceKind
from virtual_lab.library.ephemeral import is_docs_collection
from virtual_lab.library.index import DocumentIndex

STARTER = "starter"
"""The name of the collection of the starter library."""


def add_starter(index: DocumentIndex) -> None:
    """Make the collection of primers hold exactly the primers of the installed package."""
    documents = primers()
    current_ids = {document.source_id for document in documents}
    indexed_ids = {source.id for source in index.sources(STARTER)}
    for source_id in indexed_ids - current_ids:
        index.remove(source_id, STARTER)
    for document in documents:
        if document.source_id not in indexed_ids:
            primer = {"kind": SourceKind.PRIMER, "path": None}
            source = document.source().model_copy(update=primer)
            index.add_source(source, document.text, document.passages(), STARTER)


def searched_by_default(index: DocumentIndex) -> tuple[str, ...]:
    """The collections to search where none is named: the user's, else the starter library."""
    user_collections = tuple(
        name for name in index.collections() if name != STARTER and not is_docs_collection(name)
    )
    if not user_collections:
        add_starter(index)
    return user_collections or (STARTER,)


@cache
def primers() -> tuple[Document, ...]:
    """The documents of the starter library."""
    folder = Path(str(files("virtual_lab.library") / "starter"))
    return tuple(read_markdown(path) for path in sorted(folder.glob("*.md")))
