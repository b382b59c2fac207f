"""Ingestion: files and folders become documents of a collection."""

from __future__ import annotations

import hashlib
import math
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from virtual_lab.documents.document import Document
from virtual_lab.documents.sandbox import DocumentReader, find_documents
from virtual_lab.errors import NotFoundError, UnreadableDocumentError
from virtual_lab.library.index import DocumentIndex, FileEntry
from virtual_lab.messages import Message

CHARACTERS_A_PAGE = 3_000
"""How many characters count as one page, for a document that has no pages."""

# So many documents may have been read and wait to be indexed, besides those being read.
_MOST_READ_AHEAD = 2


class Added(NamedTuple):
    """What became of one file: ``outcome`` is "added", "unchanged" or "failed"."""

    path: Path
    outcome: str
    passages: int = 0
    pages: int | None = None
    source_id: str | None = None
    warnings: tuple[str, ...] = ()
    warning_messages: tuple[Message, ...] = ()
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


class IngestStep(NamedTuple):
    """The progress before ``path`` is added: files that are done, all files, and pages read."""

    done: int
    total: int
    path: Path
    pages: int


Progress = Callable[[IngestStep], None]
"""Called before each file."""


def add_paths(
    index: DocumentIndex,
    paths: Iterable[Path],
    collection: str,
    reader: DocumentReader,
    on_progress: Progress | None = None,
) -> AddResult:
    """Add files and folders (recursively) to a collection; unchanged files are not read again.

    Every file is stored as soon as it was read: after an interruption the same call continues
    where it was. A file that a folder no longer holds is removed from the collection.

    Raises:
        NotFoundError: a path does not exist.
        ReaderClosedError: the reader was closed meanwhile; the files before are stored.
    """
    roots = [path.expanduser().resolve() for path in paths]
    missing = [str(path) for path in roots if not path.exists()]
    if missing:
        raise NotFoundError("library.no_path", path=", ".join(missing))
    unreadable_folders: list[Added] = []
    files = list(
        dict.fromkeys(
            file
            for root in roots
            for file in find_documents(
                root, lambda error: unreadable_folders.append(_unreadable_folder(error))
            )
        )
    )
    known = index.files(collection)
    added: list[Added] = []
    pages = 0
    with closing(_read_ahead(reader, files, known)) as readings:
        for number, file in enumerate(files):
            if on_progress:
                on_progress(IngestStep(number, len(files), file, pages))
            reading = next(readings)
            added.append(_add_reading(index, reading, collection))
            pages += reading.page_count
    present = {str(file) for file in files}
    gone = [
        path
        for path in known
        if path not in present
        and any(Path(path).is_relative_to(root) for root in roots)
        and not any(Path(path).is_relative_to(folder.path) for folder in unreadable_folders)
    ]
    for path in gone:
        index.forget_file(collection, path)
    return AddResult((*unreadable_folders, *added), len(gone))


def _unreadable_folder(error: OSError) -> Added:
    """The outcome of a folder that cannot be opened; documents that came from it are kept."""
    why = UnreadableDocumentError("outside.text", text=error.strerror or error)
    return Added(Path(error.filename), "failed", error=why)


class _Reading(NamedTuple):
    """A file as it was read: a document, an error, or neither where nothing has changed."""

    path: Path
    known: FileEntry | None
    stamp: str = ""
    document: Document | None = None
    error: UnreadableDocumentError | None = None

    @property
    def page_count(self) -> int:
        """How many pages the document has; estimated from its length where it has none."""
        if self.document is None:
            return 0
        return self.document.pages or math.ceil(len(self.document.text) / CHARACTERS_A_PAGE)


def _read_ahead(
    reader: DocumentReader, files: Sequence[Path], known: Mapping[str, FileEntry]
) -> Generator[_Reading]:
    """The files in order, several read at the same time while earlier ones are being indexed."""
    executor = ThreadPoolExecutor(reader.at_once, "reading")
    ahead: deque[Future[_Reading]] = deque()
    try:
        for file in files:
            ahead.append(executor.submit(_read, reader, file, known.get(str(file))))
            if len(ahead) > reader.at_once + _MOST_READ_AHEAD:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def _read(reader: DocumentReader, path: Path, known: FileEntry | None) -> _Reading:
    try:
        stamp = _stamp(path, known)
        if known and known.stamp == stamp:
            return _Reading(path, known)
        return _Reading(path, known, stamp, reader.read(path))
    except UnreadableDocumentError as error:
        return _Reading(path, known, error=error)
    except OSError as error:
        return _Reading(
            path, known, error=UnreadableDocumentError("outside.text", text=error.strerror or error)
        )


def _add_reading(index: DocumentIndex, reading: _Reading, collection: str) -> Added:
    path, known, stamp, document, error = reading
    if error:
        return Added(path, "failed", error=error)
    if document is None:
        return Added(path, "unchanged", source_id=known.source_id if known else None)
    if known:
        index.forget_file(collection, str(path))
    passages = document.passages()
    source = document.source()
    index.add_source(source, document.text, passages, collection)
    index.remember_file(collection, str(path), stamp, document.source_id)
    return Added(
        path,
        "added",
        passages=len(passages),
        pages=document.pages,
        source_id=document.source_id,
        warnings=source.warnings,
        warning_messages=source.warning_messages,
    )


def original(index: DocumentIndex, source_id: str) -> Path | None:
    """The file that a source was read from; None where it was deleted or has changed since."""
    files = ((Path(name), entry) for name, entry in index.files_of(source_id))
    return next((path for path, entry in files if _is_unchanged(path, entry)), None)


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
