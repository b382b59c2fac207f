"""The protocol of all connectors, and what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, Protocol, runtime_checkable

from virtual_lab.documents.document import Document
from virtual_lab.domain import Passage, Source
from virtual_lab.errors import UnusableAnswerError


class SourceRecord(NamedTuple):
    """A source, and what of its text is at hand: an abstract, the full text, or nothing yet."""

    source: Source
    text: str = ""
    passages: tuple[Passage, ...] = ()


class Provider(Protocol):
    """Searches one provider."""

    @property
    def name(self) -> str:
        """What the provider is called in settings and reports."""

    @property
    def languages(self) -> frozenset[str]:
        """The languages of queries that it understands; empty where it takes any."""

    async def search(self, query: str, limit: int) -> list[SourceRecord]:
        """The sources that match ``query`` best, best first.

        Args:
            query: words of one language.
            limit: how many sources at the most.

        Raises:
            FetchError: the provider gave nothing that can be used.
        """


@runtime_checkable
class DoiRegistry(Protocol):
    """Knows works by their DOI."""

    async def lookup(self, doi: str) -> SourceRecord | None:
        """The work with a DOI; None where the registry does not know it.

        Raises:
            FetchError: the registry gave nothing that can be used.
        """


def found(source: Source, document: Document | None = None) -> SourceRecord:
    """A source with the text and passages of ``document``, which take its id."""
    if document is None:
        return SourceRecord(source)
    return with_source(SourceRecord(source, document.text, document.passages()), source)


def with_source(item: SourceRecord, source: Source) -> SourceRecord:
    """The text and passages of ``item`` as those of ``source``."""
    passages = tuple(
        passage.model_copy(update={"id": f"{source.id}:{passage.start}", "source_id": source.id})
        for passage in item.passages
    )
    return SourceRecord(source, item.text, passages)


def parse_each(
    items: Iterable[Any], parse: Callable[[Any], SourceRecord | None], provider: str
) -> list[SourceRecord]:
    """What ``parse`` makes of each record; one that is malformed is passed over.

    Raises:
        UnusableAnswerError: all of them are: the provider has changed its format.
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
