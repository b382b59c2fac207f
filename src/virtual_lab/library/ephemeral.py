"""Temporary collections: of a folder that one question names, or of what one run found online.

They are left out of every list of collections that a user sees.
"""

from __future__ import annotations

import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from virtual_lab.errors import LibraryError, NotFoundError
from virtual_lab.library.index import DocumentIndex
from virtual_lab.private_files import make_file

_DOCS_PREFIX = "docs:"
_RUN_PREFIX = "online:"
_DAY_S = 86_400.0


def docs_collection(path: Path, installation: str = "") -> str:
    """The temporary collection of a path that a question names.

    Args:
        path: a file or folder of this machine.
        installation: the installation of the index, since the same path on another machine holds
            other files.
    """
    return _docs_prefix(installation) + str(path.expanduser().resolve())


def note_use(notes: Path, collection: str) -> None:
    """Record that a question names a path now, as the time of an empty file in ``notes``.

    Raises:
        LibraryError: the file cannot be written.
    """
    try:
        note = _note_path(notes, collection)
        make_file(note)
        note.touch()
    except OSError as error:
        raise LibraryError("library.file", file=notes, problem=error.strerror) from None


def forget_unused(
    index: DocumentIndex, notes: Path, keep_days: float | None, dry_run: bool = False
) -> int:
    """Remove the collections of paths that no question on this machine has named for long.

    Args:
        index: the library.
        notes: the folder of ``note_use``; a collection without a file there gets one now.
        keep_days: for how many days a collection is kept after its last use; None for ever.
        dry_run: only count them.

    Returns:
        how many collections were removed, or would be.

    Raises:
        LibraryError: the index or a note cannot be written.
    """
    if keep_days is None or not notes.is_dir():
        return 0
    ours = _docs_prefix(index.installation)
    gone = [
        name
        for name in index.collections()
        if name.startswith(ours) and _unused_s(notes, name) > keep_days * _DAY_S
    ]
    for collection in () if dry_run else gone:
        with suppress(NotFoundError):  # Another process may have removed it since.
            index.remove_collection(collection)
        _note_path(notes, collection).unlink(missing_ok=True)
    return len(gone)


def run_collection(run_id: str) -> str:
    """The collection of what one run found online; no other run searches it."""
    return _RUN_PREFIX + run_id


def is_docs_collection(name: str) -> bool:
    """Whether a collection is temporary: of a path, or of what a run found online."""
    return name.startswith((_DOCS_PREFIX, _RUN_PREFIX))


def lasting_collections(index: DocumentIndex) -> tuple[str, ...]:
    """The names of the collections that are not temporary."""
    return tuple(name for name in index.collections() if not is_docs_collection(name))


def forget_run(index: DocumentIndex, run_id: str) -> None:
    """Remove what a run found online, where it found anything.

    A source that another collection holds stays there.

    Args:
        index: the library.
        run_id: the id of a run that has ended or was deleted.

    Raises:
        LibraryError: the index cannot be written.
    """
    with suppress(NotFoundError):
        index.remove_collection(run_collection(run_id))


def _docs_prefix(installation: str) -> str:
    return f"{_DOCS_PREFIX}{installation}:" if installation else _DOCS_PREFIX


def _unused_s(notes: Path, collection: str) -> float:
    """For how many seconds no question has named a collection; counted from now if not known."""
    try:
        return time.time() - _note_path(notes, collection).stat().st_mtime
    except FileNotFoundError:
        note_use(notes, collection)
        return 0.0


def _note_path(notes: Path, collection: str) -> Path:
    return notes / sha256(collection.encode()).hexdigest()[:32]
