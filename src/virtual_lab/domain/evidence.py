"""Evidence: sources, their passages, and findings with the quotes that support them."""

from __future__ import annotations

import operator
from enum import StrEnum

from pydantic import Field

from virtual_lab.domain.value import Language, Value
from virtual_lab.messages import Message


class SourceKind(StrEnum):
    """Where a source comes from."""

    DOCUMENT = "document"
    PRIMER = "primer"
    LITERATURE = "literature"
    WEB = "web"


class SourceType(StrEnum):
    """What kind of publication a source is."""

    ARTICLE = "article"
    REVIEW = "review"
    PREPRINT = "preprint"
    CONFERENCE = "conference paper"
    BOOK = "book"
    CHAPTER = "chapter"
    REPORT = "report"
    THESIS = "thesis"
    DATASET = "dataset"
    REFERENCE = "reference entry"
    PAGE = "web page"


class Tier(StrEnum):
    """How much authority a source has, the highest first."""

    AUTHORITY = "authority"
    REVIEWED = "peer-reviewed"
    OTHER = "other"


class Source(Value):
    """A document or publication that passages are taken from.

    An author is "Family, Given" where the provider separates the two, else the name as the
    provider writes it. ``published`` is a date as precise as it is known (2024, 2024-05 or
    2024-05-30), ``doi`` has no prefix and is in lower case, ``providers`` are the services that
    know the source, and ``gathered_at`` is the time (ISO 8601, UTC) of their answer. ``warnings``
    say in English which parts of a document could not be read, ``warning_messages`` the same by
    code; sources of older versions have the English alone.
    """

    id: str
    title: str
    kind: SourceKind = SourceKind.DOCUMENT
    language: str = "en"
    path: str | None = None
    url: str | None = None
    authors: tuple[str, ...] = ()
    number: str | None = None
    published: str | None = None
    pages: int | None = None
    year: int | None = None
    venue: str | None = None
    volume: str | None = None
    issue: str | None = None
    page_range: str | None = None
    publisher: str | None = None
    doi: str | None = None
    type: SourceType | None = None
    open_access_url: str | None = None
    retracted: bool = False
    corrected: bool = False
    tier: Tier | None = None
    providers: tuple[str, ...] = ()
    gathered_at: str | None = None
    warnings: tuple[str, ...] = ()
    warning_messages: tuple[Message, ...] = Field((), exclude_if=operator.not_)

    def warnings_in(self, language: Language) -> tuple[str, ...]:
        """The warnings in a language, those of older versions in English."""
        said = tuple(message.text(language) for message in self.warning_messages)
        return said or self.warnings


class Passage(Value):
    """A part of a source's extracted text, ``source_text[start:end]``.

    Offsets count Unicode code points. ``page`` is 1-based; ``section`` is the path of the
    headings above the passage, outermost first.
    """

    id: str
    source_id: str
    text: str
    start: int
    end: int
    section: tuple[str, ...] = ()
    page: int | None = None
    language: str = "en"

    def quote(self, start: int, end: int) -> Quote:
        """The quote of ``text[start:end]``."""
        return Quote(
            text=self.text[start:end],
            source_id=self.source_id,
            passage_id=self.id,
            start=self.start + start,
            end=self.start + end,
            locator=Locator(page=self.page, section=SECTION_MARK.join(self.section) or None),
        )


SECTION_MARK = " › "
"""The separator between the headings of a path."""


class Locator(Value):
    """The place of a quote in its source; ``section`` is the path of its headings."""

    page: int | None = None
    section: str | None = None


class Quote(Value):
    """Verbatim words of a source: ``source_text[start:end] == text``.

    ``translation`` is shown beside the words in a translated report.
    """

    text: str
    source_id: str
    passage_id: str
    start: int
    end: int
    locator: Locator = Locator()
    translation: str = ""


class Finding(Value):
    """One statement and the quotes that support it. ``relevance`` is between 0 and 1."""

    id: str
    claim: str
    quotes: tuple[Quote, ...]
    specialist: str = ""
    theme: str = ""
    relevance: float = 0.0
    round: int = 1
