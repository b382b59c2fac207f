"""The folder watch: a collection that follows the files of a folder as they change."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from watchfiles import watch

from virtual_lab.documents.sandbox import DocumentReader, find_documents, is_document
from virtual_lab.library.index import DocumentIndex
from virtual_lab.library.ingest import Added, add_paths

# A file that has not changed between two checks, this far apart, is complete.
_POLL_INTERVAL_MS = 500
# Changes less than this apart are handled together.
_DEBOUNCE_STEP_MS = 100

_Stamp = tuple[int, int] | None


def watch_folder(
    index: DocumentIndex,
    folder: Path,
    collection: str,
    reader: DocumentReader,
    tell: Callable[[str], None],
    on_added: Callable[[], None] = lambda: None,
    stop: threading.Event | None = None,
) -> None:
    """Update a collection with every change below a folder, until ``stop``.

    A file is read when it is complete: not empty, and unchanged in two checks half a second apart.
    Where the system reports no changes (network drives), set WATCHFILES_FORCE_POLLING=1.

    Args:
        index: the library.
        folder: the folder to watch; of the files that are in it already, only new ones are read.
        collection: the collection that follows the folder.
        reader: reads the files.
        tell: called with a line of text for each change to the collection.
        on_added: called after files were added.
        stop: ends the watch when it is set.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed.
    """
    folder = folder.expanduser().resolve()
    waiting: dict[Path, _Stamp] = {}
    unwatched: Iterable[Path] = find_documents(folder)  # Files from before the watch began.
    for changes in watch(
        folder,
        watch_filter=None,
        debounce=_POLL_INTERVAL_MS,
        step=_DEBOUNCE_STEP_MS,
        rust_timeout=_POLL_INTERVAL_MS,
        yield_on_timeout=True,
        stop_event=stop,
    ):
        whole = [path for path, stamp in waiting.items() if stamp == _stamp(path)]
        for path in whole:
            del waiting[path]
        touched = _touched(folder, (Path(name) for _, name in changes))
        for path in (*waiting, *unwatched, *touched):
            waiting[path] = _stamp(path)
        ready = [path for path in whole if path not in waiting]
        if _follow(index, collection, ready, reader, tell):
            on_added()
        unwatched = ()


def _touched(folder: Path, changed: Iterable[Path]) -> Iterator[Path]:
    """The documents that changed, those in new folders, and paths that no longer exist."""
    for path in changed:
        if path.is_dir():
            yield from find_documents(path)
        elif is_document(path, folder) or not path.exists():
            yield path


def _stamp(path: Path) -> _Stamp:
    """Size and time of a file; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def _follow(
    index: DocumentIndex,
    collection: str,
    paths: list[Path],
    reader: DocumentReader,
    tell: Callable[[str], None],
) -> bool:
    """Add the files that exist and forget those that do not; gives whether any was added."""
    present = [path for path in paths if path.exists() and path.stat().st_size]
    gone = [path for path in paths if not path.exists()]
    for known in index.files(collection):
        if any(Path(known).is_relative_to(path) for path in gone):
            index.forget_file(collection, known)
            tell(f"{collection}: removed {known}")
    files = add_paths(index, present, collection, reader).files if present else ()
    for file in files:
        for line in _report_lines(collection, file):
            tell(line)
    return any(file.outcome == "added" for file in files)


def _report_lines(collection: str, file: Added) -> list[str]:
    if file.error:
        return [f"not read: {file.path}: {file.error}"]
    if file.outcome == "unchanged":
        return []
    notes = [f"note: {file.path}: {warning}" for warning in file.warnings]
    return [f"{collection}: added {file.path} (passages: {file.passages})", *notes]
