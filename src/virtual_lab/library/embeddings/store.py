"""The vector store: the vectors of passages, by the text that was embedded.

The key of a vector is its model and the SHA-256 of the text that was sent, so that the same text
is paid for once. The passages that hold the text are recorded under numbers that only grow, so
that a reader continues after the last number it has read. ``sqlite/vectors.py`` keeps them in a
file beside the index, ``postgres/vectors.py`` in the database that several machines share.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple

_ROWS_PER_READ = 4096


def key_of(text: str) -> bytes:
    """The SHA-256 of a text that is embedded."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


class Place(NamedTuple):
    """A passage, its source, and the key of what is embedded for it."""

    source: str
    passage: str
    key: bytes


class Placed(NamedTuple):
    """A passage under its number, with its vector as little-endian 16-bit floats."""

    number: int
    source: str
    passage: str
    vector: bytes


class VectorStore(ABC):
    """Every method raises LibraryError where the vectors cannot be read or written.

    ``name`` tells one store from another.
    """

    name: str

    @abstractmethod
    def close(self) -> None:
        """Close the files and connections of the store."""

    @abstractmethod
    def known(self, model: str, keys: Collection[bytes]) -> set[bytes]:
        """Those of some keys that have a vector."""

    @abstractmethod
    def counts(self, model: str) -> dict[str, int]:
        """How many passages of each source have a vector, by the sources' ids."""

    @abstractmethod
    def places(self, model: str, source: str) -> dict[str, bytes]:
        """The keys of a source's passages, by the passages' ids."""

    @abstractmethod
    def turn(self) -> AbstractContextManager[bool]:
        """Whether this process may embed the library. Only one process at a time may, or a text
        could be paid for twice; its turn ends with the ``with`` block, or with the process."""

    @abstractmethod
    def add(self, model: str, vectors: Mapping[bytes, bytes], places: Sequence[Place]) -> None:
        """Keep vectors and which passages hold their texts, all or nothing."""

    def after(self, model: str, number: int) -> Iterator[Placed]:
        """The passages above a number that have a vector, by number."""
        while part := self.next_after(model, number, _ROWS_PER_READ):
            yield from part
            number = part[-1].number

    @abstractmethod
    def next_after(self, model: str, number: int, limit: int) -> list[Placed]:
        """The first ``limit`` of the passages above a number that have a vector, by number."""

    @abstractmethod
    def sources(self) -> set[str]:
        """The sources of which something is kept."""

    @abstractmethod
    def forget_model(self, model: str) -> None:
        """Forget all vectors of a model."""

    @abstractmethod
    def forget(self, sources: Iterable[str]) -> None:
        """Forget sources, and the vectors that no passage holds any more."""
