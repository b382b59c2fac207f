"""Crossref: works as their publishers describe them (https://api.crossref.org)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from virtual_lab.domain import SourceType
from virtual_lab.errors import RefusedRequestError
from virtual_lab.plugins import Label
from virtual_lab.sources.declaration import ProviderContext, ProviderDeclaration, Trust
from virtual_lab.sources.fields import (
    build_record,
    family_first,
    list_at,
    normal_page_range,
    required_list_at,
    text_at,
    value_at,
)
from virtual_lab.sources.http import Fetcher, RequestPolicy, WebResponse
from virtual_lab.sources.identity import normal_doi
from virtual_lab.sources.provider import SourceRecord, parse_each

_TYPES = {
    "journal-article": SourceType.ARTICLE,
    "posted-content": SourceType.PREPRINT,
    "proceedings-article": SourceType.CONFERENCE,
    "book": SourceType.BOOK,
    "monograph": SourceType.BOOK,
    "edited-book": SourceType.BOOK,
    "reference-book": SourceType.BOOK,
    "book-chapter": SourceType.CHAPTER,
    "book-section": SourceType.CHAPTER,
    "reference-entry": SourceType.REFERENCE,
    "report": SourceType.REPORT,
    "report-component": SourceType.REPORT,
    "standard": SourceType.REPORT,
    "dissertation": SourceType.THESIS,
    "dataset": SourceType.DATASET,
}
_TYPES_OF_NO_WORK = frozenset(
    {
        "component",
        "grant",
        "journal",
        "journal-issue",
        "journal-volume",
        "peer-review",
        "proceedings",
        "book-series",
        "report-series",
    }
)
_RETRACTION_TYPES = frozenset({"retraction", "withdrawal", "removal", "partial_retraction"})
_NOTICE_TYPES = _RETRACTION_TYPES | {
    "correction",
    "corrigendum",
    "erratum",
    "expression_of_concern",
}


class Crossref:
    """Searches Crossref.

    Args:
        fetcher: fetches from the web.
        contact: an e-mail address, with which Crossref serves from a faster pool.
        url: the address of the service.
    """

    name = "crossref"
    languages: frozenset[str] = frozenset()

    def __init__(
        self, fetcher: Fetcher, contact: str = "", url: str = "https://api.crossref.org"
    ) -> None:
        self._fetcher = fetcher
        self._url = url
        self._contact = {"mailto": contact} if contact else {}
        self._policy = RequestPolicy(interval=0.35 if contact else 1.0)

    async def search(self, query: str, limit: int) -> list[SourceRecord]:
        """The works that match ``query`` best."""
        answered, answer = await self._fetcher.get_json(
            f"{self._url}/works",
            {"query.bibliographic": query, "rows": str(limit), **self._contact},
            policy=self._policy,
        )
        works = required_list_at(answered, self.name, "message", "items")
        return parse_each(works, lambda work: parse(work, answer), self.name)[:limit]

    async def lookup(self, doi: str) -> SourceRecord | None:
        """The work with a DOI."""
        try:
            answered, answer = await self._fetcher.get_json(
                f"{self._url}/works/{quote(doi, safe='')}", self._contact, policy=self._policy
            )
        except RefusedRequestError as error:
            if error.http_status == 404:
                return None
            raise
        works = [value_at(answered, "message")]
        return next(iter(parse_each(works, lambda work: parse(work, answer), self.name)), None)


def parse(work: Any, answer: WebResponse) -> SourceRecord | None:
    """The record of a work; None for an entry that is no work, such as a retraction notice."""
    doi = normal_doi(text_at(work, "DOI"))
    if value_at(work, "type") in _TYPES_OF_NO_WORK or not doi:
        return None
    if any(value_at(update, "type") in _NOTICE_TYPES for update in list_at(work, "update-to")):
        return None
    updates = {str(value_at(update, "type")) for update in list_at(work, "updated-by")}
    return build_record(
        title=_title(work),
        provider=Crossref.name,
        answer=answer,
        markup=value_at(work, "abstract"),
        language_code=text_at(work, "language"),
        type=_TYPES.get(value_at(work, "type")),
        retracted=bool(updates & _RETRACTION_TYPES),
        corrected=bool(updates - _RETRACTION_TYPES & _NOTICE_TYPES),
        published=_date(work),
        authors=_people(work, "author") or _people(work, "editor"),
        venue=text_at(work, "container-title", 0)
        or text_at(work, "institution", 0, "name")
        or text_at(work, "group-title"),
        volume=text_at(work, "volume"),
        issue=text_at(work, "issue"),
        page_range=normal_page_range(text_at(work, "page")) or text_at(work, "article-number"),
        publisher=text_at(work, "publisher"),
        doi=doi,
        url=f"https://doi.org/{doi}",
        open_access_url=_open_access(work),
    )


def _title(work: Any) -> str | None:
    """The title and the subtitle, if the title does not hold it already."""
    title, subtitle = text_at(work, "title", 0), text_at(work, "subtitle", 0)
    if title and subtitle and subtitle.lower() not in title.lower():
        return f"{title.rstrip(':. ')}: {subtitle}"
    return title


def _date(work: Any) -> str | None:
    """The date of publication, as precise as it is given."""
    for field in ("published", "issued", "published-online", "published-print", "posted"):
        parts = value_at(work, field, "date-parts", 0)
        if isinstance(parts, list) and parts and isinstance(parts[0], int):
            return "-".join([f"{parts[0]:04}", *(f"{int(part):02}" for part in parts[1:3])])
    return None


def _people(work: Any, role: str) -> tuple[str, ...]:
    return tuple(
        name
        for person in list_at(work, role)
        if (name := family_first(text_at(person, "family"), text_at(person, "given")))
        or (name := text_at(person, "name"))
    )


def _open_access(work: Any) -> str | None:
    """The address of the publisher's PDF, if its licence is open."""
    licences = [str(value_at(licence, "URL")) for licence in list_at(work, "license")]
    if not any("creativecommons.org" in licence for licence in licences):
        return None
    return next(
        (
            text_at(link, "URL")
            for link in list_at(work, "link")
            if value_at(link, "content-type") == "application/pdf"
        ),
        None,
    )


async def _make(context: ProviderContext) -> Crossref:
    return Crossref(context.fetcher, context.settings.contact_email)


DECLARATION = ProviderDeclaration(
    name="crossref",
    label=Label("Crossref"),
    place=3,
    make=_make,
    trust=Trust(metadata=10, abstract=20, open_copy=50),
)
