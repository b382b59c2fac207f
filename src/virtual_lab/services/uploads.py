"""Uploads: the uploaded files of documents, in the data folder.

The service never sends these files to clients. Names from clients are not used as paths: the
folder of a collection is a hash, and only harmless characters of a file name are kept.
"""

from __future__ import annotations

import hashlib
import shutil
import threading
import unicodedata
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from virtual_lab.documents.registry import is_read, unsupported
from virtual_lab.documents.sandbox import DocumentReader
from virtual_lab.errors import (
    OversizedDocumentError,
    UnreadableDocumentError,
)
from virtual_lab.library.index import DocumentIndex
from virtual_lab.library.ingest import Added, add_paths
from virtual_lab.private_files import make_file
from virtual_lab.settings import Settings

MOST_FILES = 20
"""How many files one call, or one form, may contain."""

_LONGEST_STEM_BYTES = 120  # File systems allow 255 for a whole name.
_HARMLESS_SIGNS = " ._-()"
_CHUNK_BYTES = 1 << 20
# Few, because each reading process may take a gigabyte of memory.
_MOST_CONCURRENT_READERS = 2

_readers = threading.BoundedSemaphore(_MOST_CONCURRENT_READERS)


class Uploads:
    """Stores uploaded files, and adds their documents to the library.

    Args:
        settings: the settings of the data folder and of the limits for documents.
        index: the index of the library.
    """

    def __init__(self, settings: Settings, index: DocumentIndex) -> None:
        self._folder = settings.data_dir / "uploads"
        self._most_bytes = settings.max_document_mb << 20
        self._timeout_s = settings.read_timeout_s
        self._index = index

    def add(self, collection: str, files: list[tuple[str, BinaryIO]]) -> list[tuple[str, Added]]:
        """Add files to a collection; gives for each its harmless name and the result."""
        with _readers, DocumentReader(self._timeout_s, self._most_bytes) as reader:
            return [self._add(collection, name, content, reader) for name, content in files]

    def remove(self, collection: str, document_id: str) -> None:
        """Remove a document from a collection, and delete its file.

        Raises:
            NotFoundError: the collection does not hold it.
        """
        files = [
            Path(path)
            for path, entry in self._index.files(collection).items()
            if entry.source_id == document_id
        ]
        self._index.remove(document_id, collection)
        for file in files:
            if file.is_relative_to(self._home(collection)):
                file.unlink(missing_ok=True)

    def remove_collection(self, collection: str) -> None:
        """Remove a collection, and delete its files.

        Raises:
            NotFoundError: there is no collection of this name.
        """
        self._index.remove_collection(collection)
        shutil.rmtree(self._home(collection), ignore_errors=True)

    def _add(
        self, collection: str, name: str, content: BinaryIO, reader: DocumentReader
    ) -> tuple[str, Added]:
        path = self._home(collection) / harmless_name(name)
        try:
            self._keep(content, path)
        except UnreadableDocumentError as error:
            return path.name, Added(path, "failed", error=error)
        added = add_paths(self._index, [path], collection, reader).files[0]
        if added.error:
            path.unlink(missing_ok=True)
        return path.name, added

    def _keep(self, content: BinaryIO, path: Path) -> None:
        if not is_read(path):
            raise unsupported(path.suffix)
        draft = path.with_name(f".{uuid4()}")
        make_file(draft)
        try:
            with draft.open("wb") as file:
                while chunk := content.read(_CHUNK_BYTES):
                    if file.tell() + len(chunk) > self._most_bytes:
                        limit = self._most_bytes >> 20
                        raise OversizedDocumentError("document.over_limit", most=limit)
                    file.write(chunk)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)

    def _home(self, collection: str) -> Path:
        digest = hashlib.sha256(collection.encode()).hexdigest()[:16]
        return self._folder.expanduser().resolve() / digest


def harmless_name(name: str) -> str:
    """A file name in NFC without folders, in which other characters than letters, digits and a
    few signs are replaced by underscores."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(c if c.isalnum() or c in _HARMLESS_SIGNS else "_" for c in last)
    path = Path(kept.strip(" .") or "_")
    suffix = path.suffix.lower() if is_read(path) else path.suffix
    stem = path.stem.encode()[:_LONGEST_STEM_BYTES].decode(errors="ignore")
    return f"{stem}{suffix[:20]}"
