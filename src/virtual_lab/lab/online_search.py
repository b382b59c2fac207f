"""Online search: what the lab asks of whoever searches online for a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class SearchOutcome(NamedTuple):
    """What came of a search: how many sources can be read, and a line for each that failed or
    was left out. The lines are for the reader of the report; no analyst sees them."""

    sources: int
    failed: tuple[str, ...] = ()


class OnlineSearch(Protocol):
    """Searches online."""

    async def search(self, queries: Sequence[str], limit: int, collection: str) -> SearchOutcome:
        """Put what is found into a collection of the library.

        Args:
            queries: each in one language.
            limit: how many sources at the most.
            collection: of the run.

        Raises:
            LibraryError: the library cannot be written. A provider that fails raises nothing.
        """
