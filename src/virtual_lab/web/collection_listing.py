"""Collections of the pages: which ones a user sees, and how files of a form are added to one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from fastapi import UploadFile

from virtual_lab.errors import InvalidInputError, NotFoundError
from virtual_lab.library.ephemeral import is_docs_collection
from virtual_lab.library.index import DocumentIndex
from virtual_lab.library.ingest import Added
from virtual_lab.library.starter import STARTER
from virtual_lab.services.uploads import MOST_FILES, Uploads

_NAME = re.compile(r"\w[\w .-]{0,63}")


class FileOutcome(NamedTuple):
    """The harmless name of a file, and the result of adding it."""

    name: str
    added: Added


def checked(collection: str) -> str:
    """Give the name of a collection back, if files may be added to it.

    Raises:
        InvalidInputError: the name is malformed, or that of the starter library.
    """
    if not _NAME.fullmatch(collection) or collection == STARTER:
        raise InvalidInputError("form.collection_name", name=f"{collection!r}")
    return collection


def own_collections(index: DocumentIndex) -> dict[str, int]:
    """The collections of the user, and how many documents each holds."""
    return {
        name: count
        for name, count in index.collections().items()
        if name != STARTER and not is_docs_collection(name)
    }


def require(index: DocumentIndex, collection: str) -> None:
    """Check that a collection may be searched: the starter library or one of the user.

    Raises:
        NotFoundError: there is no such collection.
    """
    if collection != STARTER and collection not in own_collections(index):
        raise NotFoundError("library.no_collection", collection=collection)


def chosen(files: Sequence[UploadFile]) -> list[UploadFile]:
    """The chosen files of a form; without one, a browser sends a file without a name.

    Raises:
        InvalidInputError: there are too many files.
    """
    named = [file for file in files if file.filename]
    if len(named) > MOST_FILES:
        raise InvalidInputError("form.too_many_files", count=len(named), most=MOST_FILES)
    return named


def add_files(uploads: Uploads, collection: str, files: Sequence[UploadFile]) -> list[FileOutcome]:
    """Add files to a collection; gives the result of each."""
    added = uploads.add(checked(collection), [(file.filename or "", file.file) for file in files])
    return [FileOutcome(name, outcome) for name, outcome in added]
