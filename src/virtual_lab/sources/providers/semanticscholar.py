"""Semantic Scholar: a graph of papers (https://api.semanticscholar.org/api-docs/graph).

Users without a key share one rate limit, so refusals with status 429 are common.
"""

from __future__ import annotations

from typing import Any

from virtual_lab.domain import SourceType
from virtual_lab.errors import RefusedRequestError
from virtual_lab.plugins import Label
from virtual_lab.sources.declaration import ProviderContext, ProviderDeclaration, Trust, plain_value
from virtual_lab.sources.fields import (
    build_record,
    date_at,
    list_at,
    normal_page_range,
    required_list_at,
    text_at,
    value_at,
)
from virtual_lab.sources.http import Fetcher, RequestPolicy, WebResponse
from virtual_lab.sources.identity import normal_doi
from virtual_lab.sources.provider import SourceRecord, parse_each

_FIELDS = (
    "title,abstract,year,venue,journal,authors,externalIds,openAccessPdf,publicationTypes,"
    "publicationDate,url"
)
_TYPES = {
    "Review": SourceType.REVIEW,
    "MetaAnalysis": SourceType.REVIEW,
    "JournalArticle": SourceType.ARTICLE,
    "Conference": SourceType.CONFERENCE,
    "BookSection": SourceType.CHAPTER,
    "Book": SourceType.BOOK,
    "Dataset": SourceType.DATASET,
}


class SemanticScholar:
    """Searches Semantic Scholar.

    Args:
        fetcher: fetches from the web.
        api_key: the key of an account; "" without one.
        url: the address of the service.
    """

    name = "semanticscholar"
    languages = frozenset({"en"})

    def __init__(
        self,
        fetcher: Fetcher,
        api_key: str = "",
        url: str = "https://api.semanticscholar.org/graph/v1",
    ) -> None:
        self._fetcher = fetcher
        self._url = url
        self._policy = RequestPolicy(
            interval=1.1, headers={"x-api-key": api_key} if api_key else {}
        )

    async def search(self, query: str, limit: int) -> list[SourceRecord]:
        """The papers that match ``query`` best."""
        answered, answer = await self._fetcher.get_json(
            f"{self._url}/paper/search",
            {"query": query.replace("-", " "), "limit": str(limit), "fields": _FIELDS},
            policy=self._policy,
        )
        papers = (
            []
            if value_at(answered, "total") == 0
            else required_list_at(answered, self.name, "data")
        )
        return parse_each(papers, lambda paper: parse(paper, answer), self.name)[:limit]

    async def lookup(self, doi: str) -> SourceRecord | None:
        """The paper with a DOI."""
        try:
            paper, answer = await self._fetcher.get_json(
                f"{self._url}/paper/DOI:{doi}", {"fields": _FIELDS}, policy=self._policy
            )
        except RefusedRequestError as error:
            if error.http_status == 404:
                return None
            raise
        return next(iter(parse_each([paper], lambda p: parse(p, answer), self.name)), None)


def parse(paper: Any, answer: WebResponse) -> SourceRecord | None:
    """The record of a paper."""
    arxiv = text_at(paper, "externalIds", "ArXiv")
    doi = normal_doi(text_at(paper, "externalIds", "DOI"))
    if arxiv and not doi:
        doi = f"10.48550/arxiv.{arxiv}".lower()
    venue = text_at(paper, "journal", "name") or text_at(paper, "venue")
    return build_record(
        title=text_at(paper, "title"),
        provider=SemanticScholar.name,
        answer=answer,
        markup=value_at(paper, "abstract"),
        type=_type(paper, doi, venue),
        published=date_at(paper, "publicationDate") or date_at(paper, "year"),
        year=value_at(paper, "year"),
        authors=tuple(name for a in list_at(paper, "authors") if (name := text_at(a, "name"))),
        venue="arXiv" if venue and venue.lower().startswith("arxiv") else venue,
        volume=_volume(paper),
        page_range=normal_page_range(text_at(paper, "journal", "pages")),
        doi=doi,
        url=f"https://doi.org/{doi}" if doi else text_at(paper, "url"),
        open_access_url=text_at(paper, "openAccessPdf", "url")
        or (f"https://arxiv.org/pdf/{arxiv}" if arxiv else None),
    )


def _type(paper: Any, doi: str | None, venue: str | None) -> SourceType | None:
    if "arxiv" in (doi or "") or (venue or "").lower().endswith("rxiv"):
        return SourceType.PREPRINT
    named = list_at(paper, "publicationTypes")
    return next((kind for name, kind in _TYPES.items() if name in named), None)


def _volume(paper: Any) -> str | None:
    """The volume; None where the field holds an arXiv number instead."""
    volume = text_at(paper, "journal", "volume")
    return None if volume and volume.startswith("abs/") else volume


async def _make(context: ProviderContext) -> SemanticScholar:
    return SemanticScholar(context.fetcher, plain_value(context.settings.semantic_scholar_api_key))


DECLARATION = ProviderDeclaration(
    name="semanticscholar",
    label=Label("Semantic Scholar"),
    place=4,
    make=_make,
    trust=Trust(metadata=40, abstract=40, open_copy=40),
)
