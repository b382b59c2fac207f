"""The online search: the protocol by which the lab searches outside the library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class SearchOutcome(NamedTuple):
    """The result of a search: how many sources can be read, and lines about failures.

    The lines name providers that failed and sources that were excluded. They are for the reader of
    the report; no analyst sees them.
    """

    sources: int
    failed: tuple[str, ...] = ()


class OnlineSearch(Protocol):
    """Searches online."""

    async def search(self, queries: Sequence[str], limit: int, collection: str) -> SearchOutcome:
        """Search, and add what is found to a collection of the library.

        Args:
            queries: the queries, each in one language.
            limit: the most sources.
            collection: the collection of the run.

        Raises:
            LibraryError: the library cannot be written. The failure of a provider is no error.
        """
