"""Collections that are made in passing: of a folder that one question names, of what one run finds.

They are in no list that a person is shown.
"""

from __future__ import annotations

import time
from collections.abc import Container
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from virtual_lab.errors import LibraryError, NotFoundError
from virtual_lab.library.index import DocumentIndex
from virtual_lab.private_files import make_file

_DOCS = "docs:"
_RUN = "online:"
_DAY_S = 86_400.0


def docs_collection(path: Path, installation: str = "") -> str:
    """The collection of a path that is searched in passing, without adding it to the library.

    Args:
        path: a file or folder of this machine.
        installation: that of the index. On another machine the same path is something else.
    """
    return _docs_of(installation) + str(path.expanduser().resolve())


def note_use(notes: Path, collection: str) -> None:
    """Keep that a question names a path now, in a folder of this machine.

    Raises:
        LibraryError: that cannot be written.
    """
    try:
        note = _note_of(notes, collection)
        make_file(note)
        note.touch()
    except OSError as error:
        raise LibraryError(f"{notes}: {error.strerror}") from None


def forget_unused(
    index: DocumentIndex, notes: Path, keep_days: float | None, dry_run: bool = False
) -> int:
    """Remove the collections of paths that no question on this machine has named for long.

    Args:
        index: the library.
        notes: the folder of ``note_use``; what has no note there is given one.
        keep_days: for how long they are kept after that, in days; None for ever.
        dry_run: only count.

    Returns:
        how many go.

    Raises:
        LibraryError: the index or a note cannot be written.
    """
    if keep_days is None or not notes.is_dir():
        return 0
    ours = _docs_of(index.installation)
    gone = [
        name
        for name in index.collections()
        if name.startswith(ours) and _unused_s(notes, name) > keep_days * _DAY_S
    ]
    for collection in () if dry_run else gone:
        with suppress(NotFoundError):  # another process was faster
            index.remove_collection(collection)
        _note_of(notes, collection).unlink(missing_ok=True)
    return len(gone)


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


def _docs_of(installation: str) -> str:
    return f"{_DOCS}{installation}:" if installation else _DOCS


def _unused_s(notes: Path, collection: str) -> float:
    """For how long no question has named it, in seconds; from now on where that is not known."""
    try:
        return time.time() - _note_of(notes, collection).stat().st_mtime
    except FileNotFoundError:
        note_use(notes, collection)
        return 0.0


def _note_of(notes: Path, collection: str) -> Path:
    return notes / sha256(collection.encode()).hexdigest()[:32]
