"""Plain addresses: the pages and documents that a person names, and those of web searches."""

from __future__ import annotations

import email.utils
from urllib.parse import urlsplit

from virtual_lab.domain import SourceKind, SourceType
from virtual_lab.errors import FetchError, UnreadableDocumentError
from virtual_lab.sources.fields import date, describe
from virtual_lab.sources.fulltext import FullTextReader, with_document
from virtual_lab.sources.http import WebResponse
from virtual_lab.sources.provider import SourceRecord

_MAX_NAME = 80


class WebPage:
    """Hands over the page or document at one address, whatever the query.

    Args:
        reader: fetches and reads it.
        url: of the public web.
    """

    languages: frozenset[str] = frozenset()

    def __init__(self, reader: FullTextReader, url: str) -> None:
        self._reader = reader
        self._url = url
        parts = urlsplit(url)
        self.name = f"{parts.hostname or ''}{parts.path}"[:_MAX_NAME] or url[:_MAX_NAME]

    async def search(self, query: str, limit: int) -> list[SourceRecord]:
        """The page.

        Raises:
            FetchError: it cannot be fetched or read.
        """
        try:
            document, answer = await self._reader.read(self._url)
        except UnreadableDocumentError as error:
            raise FetchError("fetch.unreadable", problem=error.as_message()) from None
        page = describe_page(answer.url, document.title, "web", answer, document.published)
        return [] if page is None else [with_document(page.source, document, answer)]


def describe_page(
    url: str | None,
    title: str | None,
    provider: str,
    answer: WebResponse,
    published: str | None = None,
) -> SourceRecord | None:
    """What a web search says of a page; None where it has no address."""
    if not url:
        return None
    return describe(
        title=title or url,
        provider=provider,
        answer=answer,
        kind=SourceKind.WEB,
        type=SourceType.PAGE,
        published=date(published) or _mail_date(published),
        url=url,
    )


def _mail_date(text: str | None) -> str | None:
    """The day in a date as e-mail and HTTP write it."""
    try:
        return email.utils.parsedate_to_datetime(text or "").date().isoformat()
    except ValueError:
        return None
