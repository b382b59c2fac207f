"""The protocol of providers, and the records that they find."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, Protocol, runtime_checkable

from virtual_lab.documents.document import Document
from virtual_lab.domain import Passage, Source
from virtual_lab.errors import UnusableAnswerError


class SourceRecord(NamedTuple):
    """A source with its text: the full text, the abstract, or nothing."""

    source: Source
    text: str = ""
    passages: tuple[Passage, ...] = ()


class Provider(Protocol):
    """A connector that searches one provider."""

    @property
    def name(self) -> str:
        """The name of the provider in settings and reports."""

    @property
    def languages(self) -> frozenset[str]:
        """The languages of queries that the provider understands; empty for all languages."""

    async def search(self, query: str, limit: int) -> list[SourceRecord]:
        """The sources that match ``query`` best, best first.

        Args:
            query: words of one language.
            limit: how many sources at most.

        Raises:
            FetchError: the provider gave no usable answer.
        """


@runtime_checkable
class DoiRegistry(Protocol):
    """A provider that finds works by their DOI."""

    async def lookup(self, doi: str) -> SourceRecord | None:
        """The work with a DOI; None where the registry does not know it.

        Raises:
            FetchError: the registry gave no usable answer.
        """


def make_record(source: Source, document: Document | None = None) -> SourceRecord:
    """The record of a source with the text of ``document``; its passages get the source's id."""
    if document is None:
        return SourceRecord(source)
    return with_source(SourceRecord(source, document.text, document.passages()), source)


def with_source(item: SourceRecord, source: Source) -> SourceRecord:
    """The record with another source; its passages get that source's id."""
    passages = tuple(
        passage.model_copy(update={"id": f"{source.id}:{passage.start}", "source_id": source.id})
        for passage in item.passages
    )
    return SourceRecord(source, item.text, passages)


def parse_each(
    items: Iterable[Any], parse: Callable[[Any], SourceRecord | None], provider: str
) -> list[SourceRecord]:
    """The records that ``parse`` makes of some items; malformed items are skipped.

    Raises:
        UnusableAnswerError: every item is malformed: the provider has changed its format.
    """
    results: list[SourceRecord] = []
    malformed = 0
    for item in items:
        try:
            if item is None or isinstance(item, str | int | float | list):
                raise TypeError
            result = parse(item)
        except (AttributeError, KeyError, TypeError, ValueError):
            malformed += 1
            continue
        if result is not None:
            results.append(result)
    if malformed and not results:
        raise UnusableAnswerError("fetch.unknown_format", provider=provider)
    return results
