"""Crossref: what the publishers themselves say of their works (https://api.crossref.org)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from virtual_lab.domain import SourceType
from virtual_lab.errors import RefusedRequestError
from virtual_lab.plugins import Label
from virtual_lab.sources.declaration import ProviderContext, ProviderDeclaration, Trust
from virtual_lab.sources.fields import (
    at,
    dashed,
    describe,
    family_first,
    items,
    line,
    results,
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
_NO_WORKS = frozenset(
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
_RETRACTIONS = frozenset({"retraction", "withdrawal", "removal", "partial_retraction"})
_NOTICES = _RETRACTIONS | {"correction", "corrigendum", "erratum", "expression_of_concern"}


class Crossref:
    """Searches Crossref.

    Args:
        fetcher: fetches from the web.
        contact: e-mail address; with one, Crossref serves from a faster pool.
        url: of the service.
    """

    name = "crossref"
    languages: frozenset[str] = frozenset()

    def __init__(
        self, fetcher: Fetcher, contact: str = "", url: str = "https://api.crossref.org"
    ) -> None:
        self._fetcher = fetcher
        self._url = url
        self._contact = {"mailto": contact} if contact else {}
        self._manners = RequestPolicy(interval=0.35 if contact else 1.0)

    async def search(self, query: str, limit: int) -> list[SourceRecord]:
        """The works that match ``query`` best."""
        answered, answer = await self._fetcher.get_json(
            f"{self._url}/works",
            {"query.bibliographic": query, "rows": str(limit), **self._contact},
            manners=self._manners,
        )
        works = results(answered, self.name, "message", "items")
        return parse_each(works, lambda work: parse(work, answer), self.name)[:limit]

    async def lookup(self, doi: str) -> SourceRecord | None:
        """The work with a DOI."""
        try:
            answered, answer = await self._fetcher.get_json(
                f"{self._url}/works/{quote(doi, safe='')}", self._contact, manners=self._manners
            )
        except RefusedRequestError as error:
            if error.http_status == 404:
                return None
            raise
        works = [at(answered, "message")]
        return next(iter(parse_each(works, lambda work: parse(work, answer), self.name)), None)


def parse(work: Any, answer: WebResponse) -> SourceRecord | None:
    """One work as Crossref describes it; a notice of a correction or retraction is none."""
    doi = normal_doi(line(work, "DOI"))
    if at(work, "type") in _NO_WORKS or not doi:
        return None
    if any(at(update, "type") in _NOTICES for update in items(work, "update-to")):
        return None
    updates = {str(at(update, "type")) for update in items(work, "updated-by")}
    return describe(
        title=_title(work),
        provider=Crossref.name,
        answer=answer,
        markup=at(work, "abstract"),
        language_code=line(work, "language"),
        type=_TYPES.get(at(work, "type")),
        retracted=bool(updates & _RETRACTIONS),
        corrected=bool(updates - _RETRACTIONS & _NOTICES),
        published=_date(work),
        authors=_people(work, "author") or _people(work, "editor"),
        venue=line(work, "container-title", 0)
        or line(work, "institution", 0, "name")
        or line(work, "group-title"),
        volume=line(work, "volume"),
        issue=line(work, "issue"),
        page_range=dashed(line(work, "page")) or line(work, "article-number"),
        publisher=line(work, "publisher"),
        doi=doi,
        url=f"https://doi.org/{doi}",
        open_access_url=_open_access(work),
    )


def _title(work: Any) -> str | None:
    """Title and subtitle, unless the one already holds the other."""
    title, subtitle = line(work, "title", 0), line(work, "subtitle", 0)
    if title and subtitle and subtitle.lower() not in title.lower():
        return f"{title.rstrip(':. ')}: {subtitle}"
    return title


def _date(work: Any) -> str | None:
    """The earliest day of publication, as precise as it is given."""
    for field in ("published", "issued", "published-online", "published-print", "posted"):
        parts = at(work, field, "date-parts", 0)
        if isinstance(parts, list) and parts and isinstance(parts[0], int):
            return "-".join([f"{parts[0]:04}", *(f"{int(part):02}" for part in parts[1:3])])
    return None


def _people(work: Any, role: str) -> tuple[str, ...]:
    return tuple(
        name
        for person in items(work, role)
        if (name := family_first(line(person, "family"), line(person, "given")))
        or (name := line(person, "name"))
    )


def _open_access(work: Any) -> str | None:
    """The publisher's PDF, where its licence is an open one."""
    licences = [str(at(licence, "URL")) for licence in items(work, "license")]
    if not any("creativecommons.org" in licence for licence in licences):
        return None
    return next(
        (
            line(link, "URL")
            for link in items(work, "link")
            if at(link, "content-type") == "application/pdf"
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
