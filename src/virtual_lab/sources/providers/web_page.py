"""Web pages: the pages and documents that a user names, and the results of web searches."""

from __future__ import annotations

import email.utils
from urllib.parse import urlsplit

from virtual_lab.domain import SourceKind, SourceType
from virtual_lab.errors import FetchError, UnreadableDocumentError
from virtual_lab.sources.fields import build_record, date_at
from virtual_lab.sources.fulltext import FullTextReader, with_document
from virtual_lab.sources.http import WebResponse
from virtual_lab.sources.provider import SourceRecord

_MOST_CHARACTERS_OF_NAME = 80


class WebPage:
    """A provider whose answer to every query is the page or document at one address.

    Args:
        reader: fetches and reads the page.
        url: an address of the public web.
    """

    languages: frozenset[str] = frozenset()

    def __init__(self, reader: FullTextReader, url: str) -> None:
        self._reader = reader
        self._url = url
        parts = urlsplit(url)
        self.name = (
            f"{parts.hostname or ''}{parts.path}"[:_MOST_CHARACTERS_OF_NAME]
            or url[:_MOST_CHARACTERS_OF_NAME]
        )

    async def search(self, query: str, limit: int) -> list[SourceRecord]:
        """The page.

        Raises:
            FetchError: the page cannot be fetched or read.
        """
        try:
            document, answer = await self._reader.read(self._url)
        except UnreadableDocumentError as error:
            raise FetchError("fetch.unreadable", problem=error.as_message()) from None
        page = build_page_record(answer.url, document.title, "web", answer, document.published)
        return [] if page is None else [with_document(page.source, document, answer)]


def build_page_record(
    url: str | None,
    title: str | None,
    provider: str,
    answer: WebResponse,
    published: str | None = None,
) -> SourceRecord | None:
    """The record of a page; None without an address. For the arguments see ``build_record``."""
    if not url:
        return None
    return build_record(
        title=title or url,
        provider=provider,
        answer=answer,
        kind=SourceKind.WEB,
        type=SourceType.PAGE,
        published=date_at(published) or _mail_date(published),
        url=url,
    )


def _mail_date(text: str | None) -> str | None:
    """The day of a date in the format of e-mail and HTTP; None for other texts."""
    try:
        return email.utils.parsedate_to_datetime(text or "").date().isoformat()
    except ValueError:
        return None
