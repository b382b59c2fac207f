"""What a reader of documents declares: the files that it takes, and the function that reads one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, ClassVar, NamedTuple

from pydantic import Field, StringConstraints

from virtual_lab.documents.document import Document
from virtual_lab.plugins import READERS, Declaration

Suffix = Annotated[str, StringConstraints(pattern=r"^\.[a-z0-9]+$", max_length=20)]
MediaType = Annotated[str, StringConstraints(pattern=r"^[a-z0-9.+-]+/[a-z0-9.+-]+$")]


class Magic(NamedTuple):
    """Bytes that a kind of file holds: at its very beginning, or among its first ``within``."""

    content: bytes
    within: int = 0

    def is_in(self, content: bytes) -> bool:
        """Whether a file with this content holds them."""
        return self.content in content[: self.within or len(self.content)]


class ReaderDeclaration(Declaration):
    """One kind of file, and what reads it.

    ``suffixes`` are the endings of its files, with the full stop and in lower case; a file from
    the web gets the first. Of a file from the web, ``magic`` tells the kind where all of it is
    found, else ``media_types`` do. With ``is_text`` such a file is decoded first, so that ``read``
    finds UTF-8.

    ``read`` gives the document of a file that is not empty. It runs in a process that is killed
    where it takes too long, and raises an ``UnreadableDocumentError`` where there is no text.
    Heavy libraries are imported within it, since declarations are loaded by every process.
    """

    group: ClassVar[str] = READERS

    suffixes: Annotated[tuple[Suffix, ...], Field(min_length=1)]
    read: Callable[[Path], Document]
    media_types: tuple[MediaType, ...] = ()
    magic: tuple[Magic, ...] = ()
    is_text: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """Its endings."""
        return self.suffixes
