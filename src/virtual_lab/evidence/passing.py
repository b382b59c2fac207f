"""Collections that are made in passing: of a folder that one question names, of what one run finds.

They are in no list that a person is shown.
"""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

from virtual_lab.evidence.document_index import DocumentIndex

_DOCS = "docs:"
_RUN = "online:"


def docs_collection(path: Path) -> str:
    """The collection of a path that is searched in passing, without adding it to the library."""
    return _DOCS + str(path.expanduser().resolve())


def run_collection(run_id: str) -> str:
    """The collection of what one run gathered online; no other run searches it."""
    return _RUN + run_id


def is_docs_collection(name: str) -> bool:
    """Whether a collection was made in passing: of a path, or of what a run gathered."""
    return name.startswith((_DOCS, _RUN))


def lasting_collections(index: DocumentIndex) -> tuple[str, ...]:
    """The names of the collections that were not made in passing."""
    return tuple(name for name in index.collections() if not is_docs_collection(name))


def gathering_runs(index: DocumentIndex) -> tuple[str, ...]:
    """The ids of the runs that have left something in the index, also of runs that are gone."""
    return tuple(name.removeprefix(_RUN) for name in index.collections() if name.startswith(_RUN))


def forget_run(index: DocumentIndex, run_id: str, needed: Container[str] = ()) -> int:
    """Remove what a run gathered online; gives how many sources.

    A source that another collection holds stays there.

    Args:
        index: the library.
        run_id: of a run that has ended or is gone.
        needed: ids of sources that stay: those that a kept report cites.

    Raises:
        LibraryError: the index cannot be written.
    """
    collection = run_collection(run_id)
    gone = [source.id for source in index.sources(collection) if source.id not in needed]
    for source_id in gone:
        index.remove(source_id, collection)
    return len(gone)
