"""Europe PMC: the life sciences' literature (https://europepmc.org/RestfulWebService)."""

from __future__ import annotations

import re
from typing import Any

from virtual_lab.domain import SourceType
from virtual_lab.plugins import Label
from virtual_lab.sources.declaration import ProviderContext, ProviderDeclaration, Trust
from virtual_lab.sources.fields import (
    at,
    dashed,
    date,
    describe,
    family_first,
    items,
    line,
    results,
)
from virtual_lab.sources.http import Fetcher, RequestPolicy, WebResponse
from virtual_lab.sources.identity import normal_doi
from virtual_lab.sources.provider import SourceRecord, parse_each
from virtual_lab.sources.query_syntax import any_of

_ADDED_TO_NAME = re.compile(r" : .*$| \([A-Z][^()]*\)$")
_OPEN = frozenset({"OA", "F"})
_NOTICES = frozenset({"published erratum", "correction", "retraction of publication"})


class EuropePMC:
    """Searches Europe PMC.

    Args:
        fetcher: fetches from the web.
        contact: e-mail address, by which the service asks its users to say who they are.
        url: of the service.
    """

    name = "europepmc"
    languages = frozenset({"en"})

    def __init__(
        self,
        fetcher: Fetcher,
        contact: str = "",
        url: str = "https://www.ebi.ac.uk/europepmc/webservices/rest",
    ) -> None:
        self._fetcher = fetcher
        self._url = url
        self._contact = {"email": contact} if contact else {}
        self._manners = RequestPolicy(interval=0.2)

    async def search(self, query: str, limit: int) -> list[SourceRecord]:
        """The publications that match ``query`` best."""
        return await self._ask(any_of(query), limit)

    async def lookup(self, doi: str) -> SourceRecord | None:
        """The publication with a DOI."""
        return next(iter(await self._ask(f'DOI:"{doi}"', 1)), None)

    async def _ask(self, query: str, limit: int) -> list[SourceRecord]:
        if not query:
            return []
        answered, answer = await self._fetcher.get_json(
            f"{self._url}/search",
            {
                "query": query,
                "format": "json",
                "resultType": "core",
                "pageSize": str(limit),
                **self._contact,
            },
            manners=self._manners,
        )
        listed = results(answered, self.name, "resultList", "result")
        return parse_each(listed, lambda item: parse(item, answer), self.name)[:limit]


def parse(item: Any, answer: WebResponse) -> SourceRecord | None:
    """One publication as Europe PMC describes it."""
    kinds = {str(kind).lower() for kind in items(item, "pubTypeList", "pubType")}
    if kinds & _NOTICES:
        return None
    changes = {
        str(at(change, "type")).lower()
        for change in items(item, "commentCorrectionList", "commentCorrection")
    }
    doi = normal_doi(line(item, "doi"))
    place = f"{line(item, 'source')}/{line(item, 'id')}"
    return describe(
        title=(line(item, "title") or "").removesuffix("."),
        provider=EuropePMC.name,
        answer=answer,
        markup=at(item, "abstractText"),
        language_code=line(item, "language"),
        type=_type(item, kinds),
        retracted="retracted publication" in kinds or "retraction in" in changes,
        corrected=bool(changes & {"erratum in", "corrected and republished in"}),
        published=date(item, "firstPublicationDate") or date(item, "pubYear"),
        year=int(line(item, "pubYear") or 0) or None,
        authors=_authors(item),
        venue=_venue(item),
        volume=line(item, "journalInfo", "volume") or line(item, "journalVolume"),
        issue=_issue(item),
        page_range=dashed(line(item, "pageInfo")),
        doi=doi,
        url=f"https://doi.org/{doi}" if doi else f"https://europepmc.org/article/{place}",
        open_access_url=_open_access(item),
    )


def _venue(item: Any) -> str | None:
    """The journal, without the place or motto that the catalogue of the NLM adds to its name."""
    name = line(item, "journalInfo", "journal", "title") or line(item, "journalTitle")
    if name is None:
        return line(item, "bookOrReportDetails", "publisher")
    return _ADDED_TO_NAME.sub("", name)


def _issue(item: Any) -> str | None:
    issue = line(item, "journalInfo", "issue") or line(item, "issue")
    return None if issue == "Forthcoming" else issue


def _type(item: Any, kinds: set[str]) -> SourceType:
    if line(item, "source") == "PPR" or "preprint" in kinds:
        return SourceType.PREPRINT
    if any("review" in kind for kind in kinds):
        return SourceType.REVIEW
    if at(item, "bookOrReportDetails"):
        return SourceType.BOOK
    return SourceType.ARTICLE


def _authors(item: Any) -> tuple[str, ...]:
    listed = tuple(
        name
        for author in items(item, "authorList", "author")
        if (
            name := line(author, "collectiveName")
            or family_first(
                line(author, "lastName"), line(author, "firstName") or line(author, "initials")
            )
            or line(author, "fullName")
        )
    )
    if listed:
        return listed
    written = (line(item, "authorString") or "").removesuffix(".")
    return tuple(
        ", ".join(name.rsplit(" ", 1)) for name in written.split(", ") if name and name != "et al"
    )


def _open_access(item: Any) -> str | None:
    """The address of a free copy, a PDF before a page."""
    free = {
        line(entry, "documentStyle"): line(entry, "url")
        for entry in items(item, "fullTextUrlList", "fullTextUrl")
        if at(entry, "availabilityCode") in _OPEN
    }
    return free.get("pdf") or free.get("html")


async def _make(context: ProviderContext) -> EuropePMC:
    return EuropePMC(context.fetcher, context.settings.contact_email)


DECLARATION = ProviderDeclaration(
    name="europepmc",
    label=Label("Europe PMC"),
    place=2,
    make=_make,
    trust=Trust(metadata=20, abstract=10, open_copy=10),
)
