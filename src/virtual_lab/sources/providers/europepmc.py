"""Europe PMC: literature of the life sciences (https://europepmc.org/RestfulWebService)."""

from __future__ import annotations

import re
from typing import Any

from virtual_lab.domain import SourceType
from virtual_lab.plugins import Label
from virtual_lab.sources.declaration import ProviderContext, ProviderDeclaration, Trust
from virtual_lab.sources.fields import (
    build_record,
    date_at,
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
from virtual_lab.sources.query_syntax import any_of

_PLACE_OR_SUBTITLE = re.compile(r" : .*$| \([A-Z][^()]*\)$")
_FREE_AVAILABILITY_CODES = frozenset({"OA", "F"})
_NOTICE_TYPES = frozenset({"published erratum", "correction", "retraction of publication"})


class EuropePMC:
    """Searches Europe PMC.

    Args:
        fetcher: fetches from the web.
        contact: an e-mail address, which the service asks for.
        url: the address of the service.
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
        self._policy = RequestPolicy(interval=0.2)

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
            policy=self._policy,
        )
        listed = required_list_at(answered, self.name, "resultList", "result")
        return parse_each(listed, lambda item: parse(item, answer), self.name)[:limit]


def parse(item: Any, answer: WebResponse) -> SourceRecord | None:
    """The record of a publication; None for a notice of a correction or retraction."""
    kinds = {str(kind).lower() for kind in list_at(item, "pubTypeList", "pubType")}
    if kinds & _NOTICE_TYPES:
        return None
    changes = {
        str(value_at(change, "type")).lower()
        for change in list_at(item, "commentCorrectionList", "commentCorrection")
    }
    doi = normal_doi(text_at(item, "doi"))
    place = f"{text_at(item, 'source')}/{text_at(item, 'id')}"
    return build_record(
        title=(text_at(item, "title") or "").removesuffix("."),
        provider=EuropePMC.name,
        answer=answer,
        markup=value_at(item, "abstractText"),
        language_code=text_at(item, "language"),
        type=_type(item, kinds),
        retracted="retracted publication" in kinds or "retraction in" in changes,
        corrected=bool(changes & {"erratum in", "corrected and republished in"}),
        published=date_at(item, "firstPublicationDate") or date_at(item, "pubYear"),
        year=int(text_at(item, "pubYear") or 0) or None,
        authors=_authors(item),
        venue=_venue(item),
        volume=text_at(item, "journalInfo", "volume") or text_at(item, "journalVolume"),
        issue=_issue(item),
        page_range=normal_page_range(text_at(item, "pageInfo")),
        doi=doi,
        url=f"https://doi.org/{doi}" if doi else f"https://europepmc.org/article/{place}",
        open_access_url=_open_access(item),
    )


def _venue(item: Any) -> str | None:
    """The journal, without the place or subtitle that the catalogue of the NLM adds."""
    name = text_at(item, "journalInfo", "journal", "title") or text_at(item, "journalTitle")
    if name is None:
        return text_at(item, "bookOrReportDetails", "publisher")
    return _PLACE_OR_SUBTITLE.sub("", name)


def _issue(item: Any) -> str | None:
    issue = text_at(item, "journalInfo", "issue") or text_at(item, "issue")
    return None if issue == "Forthcoming" else issue


def _type(item: Any, kinds: set[str]) -> SourceType:
    if text_at(item, "source") == "PPR" or "preprint" in kinds:
        return SourceType.PREPRINT
    if any("review" in kind for kind in kinds):
        return SourceType.REVIEW
    if value_at(item, "bookOrReportDetails"):
        return SourceType.BOOK
    return SourceType.ARTICLE


def _authors(item: Any) -> tuple[str, ...]:
    listed = tuple(
        name
        for author in list_at(item, "authorList", "author")
        if (
            name := text_at(author, "collectiveName")
            or family_first(
                text_at(author, "lastName"),
                text_at(author, "firstName") or text_at(author, "initials"),
            )
            or text_at(author, "fullName")
        )
    )
    if listed:
        return listed
    written = (text_at(item, "authorString") or "").removesuffix(".")
    return tuple(
        ", ".join(name.rsplit(" ", 1)) for name in written.split(", ") if name and name != "et al"
    )


def _open_access(item: Any) -> str | None:
    """The address of a free copy, preferably a PDF."""
    free = {
        text_at(entry, "documentStyle"): text_at(entry, "url")
        for entry in list_at(item, "fullTextUrlList", "fullTextUrl")
        if value_at(entry, "availabilityCode") in _FREE_AVAILABILITY_CODES
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
