"""The document index: the protocol that every database of documents implements.

There are two: ``sqlite/index.py`` keeps the index in a file of this machine, and
``postgres/index.py`` in a database that several machines share. ``bootstrap/library.py`` opens
the one that the settings name.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from virtual_lab.documents.document import Document
from virtual_lab.domain import Passage, Source

WEIGHTS = (1.0, 1.0, 1.0)
"""The weights of title, headings and text in BM25."""

# A query leaves out the terms that stand in more than this share of the passages.
_FREQUENT_TERM_SHARE = 0.5
# A part that holds at least this share of the passages is ranked with the counts of the whole.
_NEARLY_WHOLE_SHARE = 0.8
# In an index of more passages, counting terms in a part of it takes too long.
_MOST_PASSAGES_COUNTED_APART = 50_000


class Hit(NamedTuple):
    """A passage that a search found; a higher ``score`` is better.

    ``also_in`` names other sources that hold the same text, by their ids.
    """

    passage: Passage
    score: float
    also_in: tuple[str, ...] = ()


class FileEntry(NamedTuple):
    """A file that was added to a collection, as it was then."""

    stamp: str
    source_id: str


class DocumentIndex(ABC):
    """Sources, their passages, and the search over them.

    Every method raises LibraryError where the index cannot be read or written.

    Attributes:
        installation: the id of the installation whose files the index names, where several
            installations share an index; else empty.
    """

    installation = ""

    @abstractmethod
    def close(self) -> None:
        """Close the files and connections of the index."""

    def add(self, document: Document, collection: str) -> bool:
        """Add a document to a collection; gives False where it was there already."""
        return self.add_source(document.source(), document.text, document.passages(), collection)

    @abstractmethod
    def add_source(
        self, source: Source, text: str, passages: Sequence[Passage], collection: str
    ) -> bool:
        """Add a source, its full text and its passages; gives False where it was there already."""

    @abstractmethod
    def remember_file(self, collection: str, path: str, stamp: str, source_id: str) -> None:
        """Keep which file a source of a collection came from, and what the file looked like."""

    @abstractmethod
    def forget_file(self, collection: str, path: str) -> None:
        """Forget a file, and take its source out where no other file of the collection has it."""

    @abstractmethod
    def remove(self, source_id: str, collection: str) -> None:
        """Take a source out of a collection.

        Raises:
            NotFoundError: the collection does not hold it.
        """

    @abstractmethod
    def remove_collection(self, collection: str) -> int:
        """Remove a whole collection; gives how many documents it held.

        Raises:
            NotFoundError: there is no such collection.
        """

    @abstractmethod
    def collections(self) -> dict[str, int]:
        """The names of the collections and how many documents each holds."""

    @abstractmethod
    def sources(self, collection: str | None = None) -> list[Source]:
        """The sources of a collection, or all, in the order in which they were added."""

    @abstractmethod
    def source_ids(self, collections: Sequence[str] = ()) -> set[str]:
        """The ids of the sources of some collections, or of all."""

    @abstractmethod
    def source(self, source_id: str) -> Source:
        """One source.

        Raises:
            NotFoundError: it is not in the index.
        """

    @abstractmethod
    def text(self, source_id: str) -> str:
        """The full extracted text of a source.

        Raises:
            NotFoundError: it is not in the index.
        """

    @abstractmethod
    def files(self, collection: str) -> dict[str, FileEntry]:
        """The files of a collection by their path."""

    @abstractmethod
    def files_of(self, source_id: str) -> list[tuple[str, FileEntry]]:
        """The files that a source came from, with their paths, in all collections."""

    @abstractmethod
    def passage(self, passage_id: str) -> Passage:
        """One passage.

        Raises:
            NotFoundError: it is not in the index.
        """

    @abstractmethod
    def passages(self, source_id: str) -> list[Passage]:
        """All passages of a source, in reading order."""

    def passage_counts(self, collection: str) -> dict[str, int]:
        """How many passages each source of a collection has, by its id."""
        return {s.id: len(self.passages(s.id)) for s in self.sources(collection)}

    @abstractmethod
    def single_passage_sources(self, sources: Iterable[str]) -> set[str]:
        """The ids among ``sources`` of those that have a single passage, as an abstract has."""

    @abstractmethod
    def size(self, collections: Sequence[str] = ()) -> int:
        """How many passages there are in some collections, or in all."""

    @abstractmethod
    def bytes_on_disk(self) -> int:
        """The size of the index, in bytes."""

    @abstractmethod
    def frequencies(self, tokens: Iterable[str], collections: Sequence[str] = ()) -> dict[str, int]:
        """In how many passages of some collections, or of all, each of some prepared tokens stands:
        each token once, in their order."""

    @abstractmethod
    def search(self, query: str, collections: Sequence[str] = (), limit: int = 20) -> list[Hit]:
        """The passages that match ``query`` best, best first.

        How rare a word is, is counted in the collections that are searched: a word on every page
        of one collection may be rare in another.

        Args:
            query: words of any language; it is prepared like the passages.
            collections: where to look; everywhere where none is named.
            limit: how many passages at the most.
        """

    def weights(self, tokens: Iterable[str], collections: Sequence[str] = ()) -> dict[str, float]:
        """The inverse document frequencies of some prepared tokens."""
        size = self.size(collections)
        counts = self.frequencies(tokens, collections)
        return {token: rarity(count, size) for token, count in counts.items()}


@dataclass(frozen=True)
class Scope:
    """Some collections of an index, or all where none is named."""

    index: DocumentIndex
    collections: Sequence[str] = ()

    def size(self) -> int:
        """How many passages there are."""
        return self.index.size(self.collections)

    def frequencies(self, tokens: Iterable[str]) -> dict[str, int]:
        """In how many passages each of some prepared tokens stands, each once, in their order."""
        return self.index.frequencies(tokens, self.collections)


def rarity(count: int, size: int) -> float:
    """The inverse document frequency of a token in ``count`` of ``size`` passages (Robertson and
    Zaragoza 2009)."""
    total = max(1, size)
    return math.log(1 + (total - min(count, total) + 0.5) / (count + 0.5))


def bm25_rarity(count: int, size: int) -> float:
    """The inverse document frequency in FTS5's ``bm25()``: of a token in ``count`` of ``size``
    passages. <https://www.sqlite.org/fts5.html#the_bm25_function>"""
    return max(math.log((size - count + 0.5) / (count + 0.5)), 1e-6)


def counts_words_apart(part: int, whole: int) -> bool:
    """Whether words are counted in a part of an index by itself.

    Otherwise the counts of the whole index are used for the part.

    Args:
        part: how many passages the part has.
        whole: how many passages the index has.
    """
    return whole <= _MOST_PASSAGES_COUNTED_APART and part < _NEARLY_WHOLE_SHARE * whole


def selective(frequencies: Mapping[str, int], size: int) -> list[str]:
    """The tokens to search for: without those that most passages hold, but at least one.

    Args:
        frequencies: of the distinct tokens of a query, in how many passages each stands.
        size: how many passages there are.
    """
    known = {token: count for token, count in frequencies.items() if count}
    most = _FREQUENT_TERM_SHARE * max(1, size)
    rare = [token for token, count in known.items() if count <= most]
    return rare or sorted(known, key=lambda token: known[token])[:1]
