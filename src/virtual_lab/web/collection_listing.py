"""Shelving: the files of a form are put into a collection of the library."""

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
    """A file by its harmless name, and what became of it."""

    name: str
    added: Added


def checked(collection: str) -> str:
    """The name of a collection that files may be added to.

    Raises:
        InvalidInputError: it cannot be the name of one.
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
    """Let through what may be searched: the starter library and the collections of the user.

    Raises:
        NotFoundError: there is no such collection.
    """
    if collection != STARTER and collection not in own_collections(index):
        raise NotFoundError("library.no_collection", collection=collection)


def chosen(files: Sequence[UploadFile]) -> list[UploadFile]:
    """The files of a form: a browser sends one without a name where none was chosen.

    Raises:
        InvalidInputError: there are too many.
    """
    named = [file for file in files if file.filename]
    if len(named) > MOST_FILES:
        raise InvalidInputError("form.too_many_files", count=len(named), most=MOST_FILES)
    return named


def shelve(uploads: Uploads, collection: str, files: Sequence[UploadFile]) -> list[FileOutcome]:
    """Add files to a collection; gives what became of each."""
    added = uploads.add(checked(collection), [(file.filename or "", file.file) for file in files])
    return [FileOutcome(name, outcome) for name, outcome in added]
