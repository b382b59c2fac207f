"""The library: files and folders become documents of a collection."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from virtual_lab.errors import NotFoundError, UnreadableDocumentError
from virtual_lab.evidence.document_index import DocumentIndex, FileEntry
from virtual_lab.evidence.reading import DocumentReader, find_documents


class Added(NamedTuple):
    """What became of one file: ``outcome`` is "added", "unchanged" or "failed"."""

    path: Path
    outcome: str
    passages: int = 0
    pages: int | None = None
    source_id: str | None = None
    warnings: tuple[str, ...] = ()
    error: UnreadableDocumentError | None = None


class AddResult(NamedTuple):
    """What became of all files that were added together."""

    files: tuple[Added, ...]
    removed: int = 0

    @property
    def counts(self) -> Counter[str]:
        """How many files had each outcome."""
        return Counter(file.outcome for file in self.files)

    @property
    def failures(self) -> tuple[Added, ...]:
        """The files that gave no text."""
        return tuple(file for file in self.files if file.outcome == "failed")


Progress = Callable[[int, int, Path], None]
"""Called before each file with how many are done, how many there are, and its path."""


def add_paths(
    index: DocumentIndex,
    paths: Iterable[Path],
    collection: str,
    reader: DocumentReader,
    on_progress: Progress | None = None,
) -> AddResult:
    """Add files and folders (recursively) to a collection; unchanged files are not read again.

    A file that a folder no longer holds leaves the collection.

    Raises:
        NotFoundError: a path does not exist.
    """
    roots = [path.expanduser().resolve() for path in paths]
    missing = [str(path) for path in roots if not path.exists()]
    if missing:
        raise NotFoundError("file or folder " + ", ".join(missing))
    files = list(dict.fromkeys(file for root in roots for file in find_documents(root)))
    known = index.files(collection)
    added = []
    for number, file in enumerate(files):
        if on_progress:
            on_progress(number, len(files), file)
        added.append(_add_file(index, file, collection, reader, known.get(str(file))))
    present = {str(file) for file in files}
    gone = [
        path
        for path in known
        if path not in present and any(Path(path).is_relative_to(root) for root in roots)
    ]
    for path in gone:
        index.forget_file(collection, path)
    return AddResult(tuple(added), len(gone))


def _add_file(
    index: DocumentIndex,
    path: Path,
    collection: str,
    reader: DocumentReader,
    known: FileEntry | None,
) -> Added:
    try:
        stamp = _stamp(path, known)
        if known and known.stamp == stamp:
            return Added(path, "unchanged", source_id=known.source_id)
        document = reader.read(path)
    except UnreadableDocumentError as error:
        return Added(path, "failed", error=error)
    except OSError as error:
        reason = UnreadableDocumentError(error.strerror or str(error))
        return Added(path, "failed", error=reason)
    if known:
        index.forget_file(collection, str(path))
    passages = document.passages()
    index.add_source(document.source(), document.text, passages, collection)
    index.remember_file(collection, str(path), stamp, document.source_id)
    return Added(
        path,
        "added",
        passages=len(passages),
        pages=document.pages,
        source_id=document.source_id,
        warnings=document.warnings,
    )


def original(index: DocumentIndex, source_id: str) -> Path | None:
    """The file that a source was read from; None where it is gone or was changed since."""
    for collection in index.collections():
        for name, entry in index.files(collection).items():
            if entry.source_id == source_id and _is_unchanged(Path(name), entry):
                return Path(name)
    return None


def _is_unchanged(path: Path, entry: FileEntry) -> bool:
    try:
        return _stamp(path, entry) == entry.stamp
    except OSError:
        return False


def _stamp(path: Path, known: FileEntry | None) -> str:
    """Size, time and SHA-256 of a file; the content is hashed only where size or time differ."""
    status = path.stat()
    quick = f"{status.st_size}:{status.st_mtime_ns}"
    if known and known.stamp.startswith(quick + ":"):
        return known.stamp
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if known and known.stamp.rpartition(":")[2] == digest:
        return known.stamp
    return f"{quick}:{digest}"
